#pragma once

#include "tools/experiment/run_queue.hpp"

namespace signalbox {

// Who makes the runs of a comparison: host threads, or processes on several hosts.
class Crew {
 public:
  Crew() = default;
  virtual ~Crew() = default;
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // Has the queue's runs made, until it has no more. Throws what a run throws.
  virtual void empty(RunQueue& queue, const MakeRun& make) = 0;
};

}  // namespace signalbox
