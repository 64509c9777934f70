#include "ipc/sync/user_side.hpp"

#include <gtest/gtest.h>

#include "tests/support/scenario_run.hpp"

namespace signalbox::user_side_test {

MachineConfig priced() {
  MachineConfig config;
  config.costs.lock = 20_ns;
  config.costs.syscall = 300_ns;
  return config;
}

struct Objects {
  Mutex mutex;
  Condition condition;
  Semaphore semaphore{0};
};

// What `operation` costs a thread that runs alone.
template <class Operation>
Duration cost_of(Operation operation) {
  ScenarioRun run("fcfs", priced());
  Duration cost;
  run.spawn("caller", [&cost, operation, objects = std::make_shared<Objects>()](Guest& guest) {
    const Instant before = guest.now();
    operation(guest, *objects);
    cost = guest.now() - before;
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  return cost;
}

TEST(UserSide, WhatNobodyWaitsForCostsNoSystemCall) {
  EXPECT_EQ(cost_of([](Guest& guest, Objects& objects) { EXPECT_TRUE(guest.lock(objects.mutex).has_value()); }), 20_ns);
  EXPECT_EQ(cost_of([](Guest& guest, Objects& objects) {
              EXPECT_TRUE(guest.try_lock(objects.mutex).has_value());
              EXPECT_TRUE(guest.unlock(objects.mutex).has_value());
            }),
            40_ns);
  EXPECT_EQ(cost_of([](Guest& guest, Objects& objects) { EXPECT_TRUE(guest.signal(objects.condition).has_value()); }),
            20_ns);
  EXPECT_EQ(
      cost_of([](Guest& guest, Objects& objects) { EXPECT_TRUE(guest.broadcast(objects.condition).has_value()); }),
      20_ns);
  EXPECT_EQ(cost_of([](Guest& guest, Objects& objects) {
              EXPECT_TRUE(guest.post(objects.semaphore).has_value());
              EXPECT_TRUE(guest.wait(objects.semaphore).has_value());
              EXPECT_EQ(guest.try_wait(objects.semaphore).error(), Errno::eagain);
            }),
            60_ns);
}

TEST(UserSide, FailureEntersTheKernel) {
  EXPECT_EQ(
      cost_of([](Guest& guest, Objects& objects) { EXPECT_EQ(guest.unlock(objects.mutex).error(), Errno::eperm); }),
      320_ns);
}

TEST(UserSide, WakingASleeperEntersTheKernel) {
  ScenarioRun run("fcfs", priced());
  auto objects = std::make_shared<Objects>();
  Duration cost;
  run.spawn("waiter", [objects](Guest& guest) {
    EXPECT_TRUE(guest.wait(objects->semaphore).has_value());
    return 0;
  });
  run.spawn("giver", [&cost, objects](Guest& guest) {
    const Instant before = guest.now();
    EXPECT_TRUE(guest.post(objects->semaphore).has_value());
    cost = guest.now() - before;
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(cost, 320_ns);
}

}  // namespace signalbox::user_side_test
