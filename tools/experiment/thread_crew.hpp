#pragma once

#include "tools/experiment/crew.hpp"

namespace signalbox {

// Threads of this host; the caller is one of them.
class ThreadCrew final : public Crew {
 public:
  // Requires at least one.
  explicit ThreadCrew(unsigned threads) : threads_(threads) {}

  void empty(RunQueue& queue, const MakeRun& make) override;

 private:
  unsigned threads_;
};

}  // namespace signalbox
