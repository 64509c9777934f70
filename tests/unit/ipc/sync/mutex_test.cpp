#include "ipc/sync/mutex.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/scenario_run.hpp"

// pthread_mutex_lock(3p), pthread_mutex_trylock(3p), pthread_mutex_unlock(3p)
namespace signalbox::mutex_test {

constexpr Tid self{2};
constexpr Tid other{3};

// A Current in which nobody else ever runs: sleeping is the test's mistake, or its point.
class LonelyCurrent final : public Current {
 public:
  struct WouldSleep {};
  WakeReason sleep_on(WaitQueue&, Instant) override { throw WouldSleep(); }
  void charge(Duration, Mode) override {}
  Instant now() const override { return Instant(); }
};

TEST(Mutex, FreeOneIsTakenWithoutSleeping) {
  LonelyCurrent current;
  Mutex mutex;
  EXPECT_TRUE(mutex.lock(current, self).has_value());
  EXPECT_EQ(mutex.owner(), self);
  EXPECT_TRUE(mutex.unlock(self).has_value());
  EXPECT_EQ(mutex.owner(), Tid());
}

TEST(Mutex, TrylockOfAHeldOneReturnsEbusy) {
  Mutex mutex;
  EXPECT_TRUE(mutex.try_lock(self).has_value());
  EXPECT_EQ(mutex.try_lock(other).error(), Errno::ebusy);
  EXPECT_EQ(mutex.try_lock(self).error(), Errno::ebusy);
}

TEST(Mutex, UnlockByAnotherThreadReturnsEpermForEveryKind) {
  for (const MutexKind kind : {MutexKind::normal, MutexKind::errorcheck, MutexKind::recursive}) {
    Mutex mutex(NameId(), kind);
    EXPECT_EQ(mutex.unlock(self).error(), Errno::eperm);
    EXPECT_TRUE(mutex.try_lock(self).has_value());
    EXPECT_EQ(mutex.unlock(other).error(), Errno::eperm);
    EXPECT_EQ(mutex.owner(), self);
  }
}

TEST(Mutex, RelockOfANormalOneSleeps) {
  LonelyCurrent current;
  Mutex mutex;
  ASSERT_TRUE(mutex.lock(current, self).has_value());
  EXPECT_THROW(static_cast<void>(mutex.lock(current, self)), LonelyCurrent::WouldSleep);
}

TEST(Mutex, RelockOfAnErrorcheckOneReturnsEdeadlk) {
  LonelyCurrent current;
  Mutex mutex(NameId(), MutexKind::errorcheck);
  ASSERT_TRUE(mutex.lock(current, self).has_value());
  EXPECT_EQ(mutex.lock(current, self).error(), Errno::edeadlk);
  EXPECT_EQ(mutex.try_lock(self).error(), Errno::ebusy);
}

TEST(Mutex, RecursiveOneIsFreeAfterAsManyUnlocks) {
  LonelyCurrent current;
  Mutex mutex(NameId(), MutexKind::recursive);
  ASSERT_TRUE(mutex.lock(current, self).has_value());
  ASSERT_TRUE(mutex.lock(current, self).has_value());
  ASSERT_TRUE(mutex.try_lock(self).has_value());
  for (int unlocks = 0; unlocks < 3; ++unlocks) {
    EXPECT_EQ(mutex.try_lock(other).error(), Errno::ebusy);
    EXPECT_TRUE(mutex.unlock(self).has_value());
  }
  EXPECT_TRUE(mutex.try_lock(other).has_value());
}

// Every thread locks, computes 1 ms, unlocks.
std::vector<std::string> order_of_owners(ScenarioRun& run, int threads) {
  auto mutex = std::make_shared<Mutex>();
  auto owners = std::make_shared<std::vector<std::string>>();
  for (int number = 0; number < threads; ++number) {
    const std::string name = "t" + std::to_string(number);
    run.spawn(name, [mutex, owners, name](Guest& guest) {
      EXPECT_TRUE(guest.lock(*mutex).has_value());
      owners->push_back(name);
      guest.compute(1_ms);
      EXPECT_TRUE(guest.unlock(*mutex).has_value());
      return 0;
    });
  }
  EXPECT_EQ(run.run(), RunEnd::finished);
  return *owners;
}

TEST(Mutex, SleepersGetItInTheOrderTheyCame) {
  MachineConfig config;
  config.topology = Topology::uniform(4);
  ScenarioRun run("fcfs", config);
  EXPECT_EQ(order_of_owners(run, 4), (std::vector<std::string>{"t0", "t1", "t2", "t3"}));
}

TEST(Mutex, WhoeverRunsTakesItBeforeTheOneThatWasWoken) {
  ScenarioRun run("fcfs");
  auto mutex = std::make_shared<Mutex>();
  auto owners = std::make_shared<std::vector<std::string>>();
  const auto own_twice = [=](const std::string& name) {
    return [=](Guest& guest) {
      for (int turn = 0; turn < 2; ++turn) {
        EXPECT_TRUE(guest.lock(*mutex).has_value());
        owners->push_back(name);
        if (turn == 0 && name == "a") static_cast<void>(guest.sleep(1_ms));
        EXPECT_TRUE(guest.unlock(*mutex).has_value());
      }
      return 0;
    };
  };
  run.spawn("a", own_twice("a")).spawn("b", own_twice("b"));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(*owners, (std::vector<std::string>{"a", "a", "b", "b"}));
}

TEST(Mutex, WakeupOfAThreadThatIsKilledGoesToTheNext) {
  MachineConfig config;
  ScenarioRun run("fcfs", config);
  auto mutex = std::make_shared<Mutex>();
  auto got_it = std::make_shared<int>(0);
  const auto lock_once = [=](Guest& guest) {
    EXPECT_TRUE(guest.lock(*mutex).has_value());
    ++*got_it;
    EXPECT_TRUE(guest.unlock(*mutex).has_value());
    return 0;
  };
  run.spawn("owner", [=](Guest& guest) {
    EXPECT_TRUE(guest.lock(*mutex).has_value());
    const Pid first = *guest.fork("first", guest_program(lock_once));
    EXPECT_TRUE(guest.fork("second", guest_program(lock_once)).has_value());
    static_cast<void>(guest.sleep(1_ms));  // both sleep on the mutex now
    EXPECT_TRUE(guest.unlock(*mutex).has_value());
    EXPECT_TRUE(guest.kill(first, Signal::sigkill).has_value());  // woken, but it has not run yet
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(*got_it, 1);
  EXPECT_EQ(mutex->owner(), Tid());
}

TEST(Mutex, SleeperThatIsKilledLeavesTheOthersWaiting) {
  ScenarioRun run("fcfs");
  auto mutex = std::make_shared<Mutex>();
  auto got_it = std::make_shared<int>(0);
  const auto lock_once = [=](Guest& guest) {
    EXPECT_TRUE(guest.lock(*mutex).has_value());
    ++*got_it;
    EXPECT_TRUE(guest.unlock(*mutex).has_value());
    return 0;
  };
  run.spawn("owner", [=](Guest& guest) {
    EXPECT_TRUE(guest.lock(*mutex).has_value());
    const Pid first = *guest.fork("first", guest_program(lock_once));
    EXPECT_TRUE(guest.fork("second", guest_program(lock_once)).has_value());
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_TRUE(guest.kill(first, Signal::sigkill).has_value());
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_EQ(*got_it, 0);
    EXPECT_TRUE(guest.unlock(*mutex).has_value());
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(*got_it, 1);
}

}  // namespace signalbox::mutex_test
