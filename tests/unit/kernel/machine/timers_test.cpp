#include "kernel/machine/timers.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::timers_test {

struct WokenSleeper {
  Instant at;
  WakeReason why;
  bool operator==(const WokenSleeper&) const = default;
};

// A thread that sleeps on `queue` so often with these deadlines, and says how each sleep ended.
class Sleeper {
 public:
  Sleeper(WaitQueue& queue, std::vector<Instant> deadlines) : queue_(queue), deadlines_(std::move(deadlines)) {}

  void operator()(Caller& caller) {
    for (const Instant deadline : deadlines_) {
      const WakeReason why = caller.sleep_on(queue_, deadline);
      ended.push_back({caller.now(), why});
    }
  }

  std::vector<WokenSleeper> ended;

 private:
  WaitQueue& queue_;
  std::vector<Instant> deadlines_;
};

constexpr Instant at(Duration since_start) { return Instant() + since_start; }

TEST(Timers, DeadlineEndsASleepThatNobodyWakes) {
  WaitQueue queue(WaitLabel{WaitKind::semaphore, NameId()});
  MachineFixture fixture;
  Sleeper sleeper(queue, {at(5_ms), at(5_ms), at(2_ms)});
  fixture.spawn([&](Caller& caller) { sleeper(caller); });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  using enum WakeReason;
  EXPECT_EQ(sleeper.ended,
            (std::vector<WokenSleeper>{{at(5_ms), timed_out}, {at(5_ms), timed_out}, {at(5_ms), timed_out}}))
      << "a deadline that has come already ends the sleep at once";
  EXPECT_TRUE(queue.empty()) << "who times out leaves the queue";
}

TEST(Timers, TimeoutOfASleepThatWasWokenDoesNotEndTheNextOne) {
  WaitQueue queue(WaitLabel{WaitKind::semaphore, NameId()});
  MachineFixture fixture;
  Sleeper sleeper(queue, {at(10_ms), Instant::max(), at(30_ms), at(40_ms)});
  fixture.spawn([&](Caller& caller) { sleeper(caller); });
  for (const Duration wake : {1_ms, 20_ms, 21_ms}) {
    fixture.machine().at(at(wake), [&] { queue.wake(Waiters::one); });
  }
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  using enum WakeReason;
  EXPECT_EQ(sleeper.ended, (std::vector<WokenSleeper>{
                               {at(1_ms), woken}, {at(20_ms), woken}, {at(21_ms), woken}, {at(40_ms), timed_out}}));
}

TEST(Timers, TimeoutDoesNotReachAThreadThatGotTheNumberLater) {
  MachineFixture fixture;
  ProcessTable table;
  Machine& host = fixture.machine();
  Timers timers(fixture.simulation(), table, host);
  Process& process = **table.create_process(nullptr);
  Thread& first = **table.create_thread(process, host);
  first.state = ThreadState::blocked;
  timers.arm(first, at(5_ms));
  const std::uint32_t first_turn = first.sleep_turn;
  table.destroy(first);
  Thread& second = **table.create_thread(process, host);
  ASSERT_EQ(second.tid, Tid(1)) << "the number is used again";
  second.state = ThreadState::blocked;
  timers.arm(second, at(9_ms));
  EXPECT_NE(second.sleep_turn, first_turn);
  fixture.simulation().run_until(at(6_ms), [] { return false; });
  EXPECT_EQ(second.state, ThreadState::blocked);
  second.state = ThreadState::exited;
}

TEST(Timers, TimeoutsOfOneInstantEndSleepsInTheOrderTheyBegan) {
  MachineFixture fixture;
  std::string order;
  for (const char name : {'a', 'b', 'c'}) {
    fixture.spawn([&order, name](Caller& caller) {
      caller.sleep_until(at(1_ms));
      order += name;
    });
  }
  fixture.run();
  EXPECT_EQ(order, "abc");
}

}  // namespace signalbox::timers_test
