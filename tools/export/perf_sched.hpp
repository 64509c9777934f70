#pragma once

#include <string>

#include "tools/export/sched_text.hpp"

namespace signalbox {

// The text of `perf sched script --ns`. It has no flags for interrupts, so what a timer did is printed as done by
// swapper: a reader then takes the wake-up for the end of a sleep and not for the deed of whoever ran there.
class PerfSched final : public SchedText {
 public:
  explicit PerfSched(std::string path) : SchedText(std::move(path)) {}

 private:
  void print_place(LineWriter& line, Tracepoint tracepoint, const Place& place, Instant when) override;
};

}  // namespace signalbox
