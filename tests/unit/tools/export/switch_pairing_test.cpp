#include "tools/export/switch_pairing.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/trace_script.hpp"

namespace signalbox::switch_pairing_test {

using ::testing::ElementsAre;

// Notes each switch as "when cpu: prev(state) > next".
class Switches final : public TraceSink, public SwitchVisitor {
 public:
  void consume(std::span<const TraceEvent> batch, const TraceNames& /*names*/) override {
    for (const TraceEvent& event : batch) pairing_.feed(event);
  }
  void finish(Instant end) override { pairing_.finish(end); }
  void on_switch(const SwitchFact& fact) override {
    static constexpr std::string_view states = "rpbx";
    seen.push_back(fmt::format("{} {}: {}({}) > {}", fact.when.nanoseconds(), fact.cpu.value(), fact.prev.value(),
                               states[static_cast<unsigned>(fact.left)], fact.next.value()));
  }

  std::vector<std::string> seen;

 private:
  SwitchPairing pairing_{*this};
};

TEST(SwitchPairing, JoinsEndAndBeginOfOneInstant) {
  Switches switches;
  TraceScript script{&switches};
  script.machine(0, 1);
  script.begin(0, 2, 0);
  script.end(10, 2, 0, SwitchReason::preempted);
  script.begin(10, 3, 0);
  script.exit(20, 3, 0);
  script.stop(30);
  EXPECT_THAT(switches.seen, ElementsAre("0 0: 0(r) > 2", "10 0: 2(p) > 3", "20 0: 3(x) > 0"));
}

TEST(SwitchPairing, NobodyNextMeansIdleness) {
  Switches switches;
  TraceScript script{&switches};
  script.machine(0, 1);
  script.begin(0, 2, 0);
  script.wait(10, 2, 0, WaitKind::mutex);
  script.ready(14, 2);
  script.begin(15, 2, 0, SwitchKind::resumed);
  script.end(20, 2, 0, SwitchReason::stopped);
  script.stop(20);
  EXPECT_THAT(switches.seen, ElementsAre("0 0: 0(r) > 2", "10 0: 2(b) > 0", "15 0: 0(r) > 2", "20 0: 2(r) > 0"));
}

TEST(SwitchPairing, GoingOnAtOnceIsNoSwitch) {
  Switches switches;
  TraceScript script{&switches};
  script.machine(0, 1);
  script.begin(0, 2, 0);
  script.end(10, 2, 0, SwitchReason::slice_expired);
  script.begin(10, 2, 0, SwitchKind::resumed);
  script.end(20, 2, 0, SwitchReason::yielded);
  script.begin(20, 2, 0, SwitchKind::resumed);
  script.exit(30, 2, 0);
  script.stop(30);
  EXPECT_THAT(switches.seen, ElementsAre("0 0: 0(r) > 2", "30 0: 2(x) > 0"));
}

TEST(SwitchPairing, ComeOutInTheOrderOfTimeOverAllCpus) {
  Switches switches;
  TraceScript script{&switches};
  script.machine(0, 3);
  script.begin(0, 2, 0);
  script.begin(0, 3, 1);
  script.end(10, 2, 0, SwitchReason::slept);
  script.end(10, 3, 1, SwitchReason::blocked);
  script.begin(11, 4, 2);
  script.stop(12);
  EXPECT_THAT(switches.seen, ElementsAre("0 0: 0(r) > 2", "0 1: 0(r) > 3", "10 0: 2(b) > 0", "10 1: 3(b) > 0",
                                         "11 2: 0(r) > 4", "12 2: 4(r) > 0"));
}

TEST(SwitchPairing, AWakeUpAtTheInstantOfSleepComesAfterTheSleep) {
  Switches switches;
  TraceScript script{&switches};
  script.machine(0, 1);
  script.begin(0, 2, 0);
  script.wait(10, 2, 0, WaitKind::mutex);
  script.ready(10, 2);
  script.begin(10, 2, 0, SwitchKind::resumed);
  script.stop(20);
  EXPECT_THAT(switches.seen, ElementsAre("0 0: 0(r) > 2", "10 0: 2(b) > 0", "10 0: 0(r) > 2", "20 0: 2(r) > 0"));
}

TEST(SwitchPairing, AThreadTakenByAnotherCpuAtOnceLeavesItsOwnFirst) {
  Switches switches;
  TraceScript script{&switches};
  script.machine(0, 2);
  script.begin(0, 2, 1);
  script.end(10, 2, 1, SwitchReason::preempted);
  script.begin(10, 2, 0);
  script.begin(10, 3, 1);
  script.stop(20);
  EXPECT_THAT(switches.seen, ElementsAre("0 1: 0(r) > 2", "10 1: 2(p) > 0", "10 0: 0(r) > 2", "10 1: 0(r) > 3",
                                         "20 0: 2(r) > 0", "20 1: 3(r) > 0"));
}

}  // namespace signalbox::switch_pairing_test
