#include "ipc/sync/condition.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/scenario_run.hpp"

// pthread_cond_wait(3p), pthread_cond_signal(3p)
namespace signalbox::condition_test {

struct Shared {
  Mutex mutex;
  Condition condition;
  int tickets = 0;
  std::vector<std::string> woken;
};

auto wait_for_a_ticket(std::shared_ptr<Shared> shared, std::string name) {
  return [shared, name](Guest& guest) {
    EXPECT_TRUE(guest.lock(shared->mutex).has_value());
    while (shared->tickets == 0) EXPECT_TRUE(guest.wait(shared->condition, shared->mutex).has_value());
    EXPECT_EQ(shared->mutex.owner(), guest.gettid());
    --shared->tickets;
    shared->woken.push_back(name);
    EXPECT_TRUE(guest.unlock(shared->mutex).has_value());
    return 0;
  };
}

TEST(Condition, WaitReleasesTheMutexAndTakesItAgain) {
  ScenarioRun run("fcfs");
  auto shared = std::make_shared<Shared>();
  run.spawn("waiter", wait_for_a_ticket(shared, "waiter")).spawn("giver", [shared](Guest& guest) {
    EXPECT_TRUE(guest.lock(shared->mutex).has_value());  // the waiter holds it no more
    shared->tickets = 1;
    EXPECT_TRUE(guest.signal(shared->condition).has_value());
    guest.compute(1_ms);
    EXPECT_TRUE(guest.unlock(shared->mutex).has_value());
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(shared->woken, std::vector<std::string>{"waiter"});
}

TEST(Condition, SignalWakesTheLongestSleeperAndBroadcastAll) {
  ScenarioRun run("fcfs");
  auto shared = std::make_shared<Shared>();
  for (const char* name : {"a", "b", "c"}) run.spawn(name, wait_for_a_ticket(shared, name));
  run.spawn("giver", [shared](Guest& guest) {
    shared->tickets = 1;
    EXPECT_TRUE(guest.signal(shared->condition).has_value());
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_EQ(shared->woken, std::vector<std::string>{"a"});
    shared->tickets = 2;
    EXPECT_TRUE(guest.broadcast(shared->condition).has_value());
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(shared->woken, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(Condition, SignalWithoutASleeperIsLost) {
  ScenarioRun run("fcfs");
  auto shared = std::make_shared<Shared>();
  run.spawn("giver", [shared](Guest& guest) {
    EXPECT_TRUE(guest.signal(shared->condition).has_value());
    EXPECT_TRUE(guest.broadcast(shared->condition).has_value());
    return 0;
  });
  run.spawn("waiter", wait_for_a_ticket(shared, "waiter"));
  EXPECT_EQ(run.run(), RunEnd::deadlock);
}

TEST(Condition, WaitWithoutTheMutexReturnsEperm) {
  ScenarioRun run("fcfs");
  auto shared = std::make_shared<Shared>();
  run.spawn("waiter", [shared](Guest& guest) {
    EXPECT_EQ(guest.wait(shared->condition, shared->mutex).error(), Errno::eperm);
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
}

TEST(Condition, SignalOfAThreadThatIsKilledGoesToTheNext) {
  ScenarioRun run("fcfs");
  auto shared = std::make_shared<Shared>();
  run.spawn("giver", [shared](Guest& guest) {
    const Pid first = *guest.fork("first", guest_program(wait_for_a_ticket(shared, "first")));
    EXPECT_TRUE(guest.fork("second", guest_program(wait_for_a_ticket(shared, "second"))).has_value());
    static_cast<void>(guest.sleep(1_ms));
    shared->tickets = 1;
    EXPECT_TRUE(guest.signal(shared->condition).has_value());
    EXPECT_TRUE(guest.kill(first, Signal::sigkill).has_value());
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(shared->woken, std::vector<std::string>{"second"});
}

}  // namespace signalbox::condition_test
