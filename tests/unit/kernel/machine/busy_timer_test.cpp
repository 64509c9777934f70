#include "kernel/machine/busy_timer.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/support/memory_machine.hpp"

namespace signalbox::busy_timer_test {

struct Cpus final : MemoryTicks::Cpus {
  bool any_is_busy() const override { return is_busy; }
  bool is_busy = false;
};

class Timer : public ::testing::Test {
 protected:
  Timer() : fixture_(with_memory()) {}

  // When it has woken a sleeper that started it at 0 for 10 ms; `busy_at`: a program's thread begins then.
  std::vector<Instant> woken(std::optional<Duration> busy_at, bool is_busy) {
    std::vector<Instant> times;
    cpus_.is_busy = is_busy;
    BusyTimer timer(fixture_.simulation(), cpus_, queue_);
    fixture_.spawn([&](Caller& caller) {
      timer.start(Instant() + 10_ms);
      caller.sleep_on(queue_, Instant() + 1_s);
      times.push_back(caller.now());
    });
    if (busy_at) fixture_.machine().at(Instant() + *busy_at, [&] { timer.busy(); });
    EXPECT_EQ(fixture_.finish(), RunEnd::finished);
    return times;
  }

  MachineFixture fixture_;
  Cpus cpus_;
  WaitQueue queue_{WaitLabel{WaitKind::time, NameId()}};
};

TEST_F(Timer, WakesInTimeIfSomebodyHasRun) { EXPECT_EQ(woken(5_ms, false), (std::vector{Instant() + 10_ms})); }

TEST_F(Timer, WakesInTimeIfSomebodyRuns) { EXPECT_EQ(woken(std::nullopt, true), (std::vector{Instant() + 10_ms})); }

TEST_F(Timer, WaitsUntilSomebodyRuns) { EXPECT_EQ(woken(300_ms, false), (std::vector{Instant() + 300_ms})); }

TEST_F(Timer, WakesNobodyWhereNobodyRuns) {
  EXPECT_EQ(woken(std::nullopt, false), (std::vector{Instant() + 1_s})) << "the sleep's own end";
}

}  // namespace signalbox::busy_timer_test
