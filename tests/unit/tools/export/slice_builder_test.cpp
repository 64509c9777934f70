#include "tools/export/slice_builder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/trace_script.hpp"

namespace signalbox::slice_builder_test {

using ::testing::ElementsAre;

// Notes each slice as "thread state begin-end".
class Slices final : public TraceSink, public SliceVisitor {
 public:
  void consume(std::span<const TraceEvent> batch, const TraceNames& /*names*/) override {
    for (const TraceEvent& event : batch) builder_.feed(event);
  }
  void finish(Instant end) override { builder_.finish(end); }
  void on_slice(const ThreadSlice& slice) override {
    std::string state = slice.state == SliceState::running ? fmt::format("cpu{}", slice.cpu.value())
                        : slice.state == SliceState::ready ? "ready"
                                                           : to_string(slice.wait);
    seen.push_back(
        fmt::format("{} {} {}-{}", slice.thread.value(), state, slice.begin.nanoseconds(), slice.end.nanoseconds()));
  }

  std::vector<std::string> seen;

 private:
  SliceBuilder builder_{*this};
};

TEST(SliceBuilder, CutsALifeIntoStates) {
  Slices slices;
  TraceScript script{&slices};
  script.machine(0, 2);
  script.start(0, 2, 2, "a");
  script.begin(5, 2, 1);
  script.wait(9, 2, 1, WaitKind::mutex);
  script.ready(20, 2, 1);
  script.begin(20, 2, 1, SwitchKind::resumed);
  script.end(30, 2, 1, SwitchReason::slice_expired);
  script.begin(30, 2, 1, SwitchKind::resumed);
  script.end(34, 2, 1, SwitchReason::preempted);
  script.begin(40, 2, 0);
  script.exit(50, 2, 0);
  script.stop(60);
  EXPECT_THAT(slices.seen, ElementsAre("2 ready 0-5", "2 cpu1 5-9", "2 mutex 9-20", "2 cpu1 20-34", "2 ready 34-40",
                                       "2 cpu0 40-50"));
}

TEST(SliceBuilder, WhatIsOpenAtTheEndIsClosedThere) {
  Slices slices;
  TraceScript script{&slices};
  script.machine(0, 1);
  script.start(0, 2, 2, "runs");
  script.begin(0, 2, 0);
  script.start(3, 3, 3, "waits");
  script.start(4, 4, 4, "stopped");
  script.blocked(6, 4, WaitKind::stopped);
  script.stop(10, RunEnd::until);
  EXPECT_THAT(slices.seen, ElementsAre("4 ready 4-6", "2 cpu0 0-10", "3 ready 3-10", "4 stopped 6-10"));
}

}  // namespace signalbox::slice_builder_test
