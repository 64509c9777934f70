#include "ipc/sync/barrier.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/scenario_run.hpp"

// pthread_barrier_wait(3p)
namespace signalbox::barrier_test {

struct Meeting {
  explicit Meeting(std::uint64_t parties) : barrier(parties) {}
  Barrier barrier;
  std::vector<Instant> passed;
  int serial = 0;
};

auto come_after(std::shared_ptr<Meeting> meeting, Duration delay, int times) {
  return [=](Guest& guest) {
    for (int time = 0; time < times; ++time) {
      static_cast<void>(guest.sleep(delay));
      const Result<BarrierRole> role = guest.wait(meeting->barrier);
      EXPECT_TRUE(role.has_value());
      if (*role == BarrierRole::serial) ++meeting->serial;
      meeting->passed.push_back(guest.now());
    }
    return 0;
  };
}

TEST(Barrier, NobodyPassesBeforeTheLastHasCome) {
  ScenarioRun run("fcfs");
  auto meeting = std::make_shared<Meeting>(3);
  for (const Duration delay : {1_ms, 5_ms, 3_ms}) run.spawn("party", come_after(meeting, delay, 1));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(meeting->passed, std::vector<Instant>(3, Instant() + 5_ms));
  EXPECT_EQ(meeting->serial, 1);
}

TEST(Barrier, IsUsedAgainWithOneSerialThreadARound) {
  ScenarioRun run("round_robin");
  auto meeting = std::make_shared<Meeting>(2);
  for (const Duration delay : {1_ms, 2_ms}) run.spawn("party", come_after(meeting, delay, 10));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(meeting->serial, 10);
  for (std::size_t pass = 0; pass < meeting->passed.size(); pass += 2) {
    EXPECT_EQ(meeting->passed[pass], meeting->passed[pass + 1]);
  }
}

TEST(Barrier, OfOneLetsEveryoneThroughAsSerial) {
  ScenarioRun run("fcfs");
  auto meeting = std::make_shared<Meeting>(1);
  run.spawn("party", come_after(meeting, 0_ms, 3));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(meeting->serial, 3);
}

TEST(Barrier, CountsOneThatWasKilledWhileItWaited) {
  ScenarioRun run("fcfs");
  auto meeting = std::make_shared<Meeting>(2);
  run.spawn("parent", [meeting](Guest& guest) {
    const Pid child = *guest.fork("child", guest_program(come_after(meeting, 0_ms, 1)));
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_TRUE(guest.kill(child, Signal::sigkill).has_value());
    EXPECT_EQ(guest.wait(meeting->barrier).value(), BarrierRole::serial);
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_TRUE(meeting->passed.empty());
}

}  // namespace signalbox::barrier_test
