#include "ipc/sync/mutex.hpp"

#include <gtest/gtest.h>

#include <array>
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
  void raise(Signal) override {}
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

// Two threads sleep on a mutex when its owner does what `act` says; then the one that is left gets it.
template <class Act>
void expect_one_of_two_to_get_it(Act act) {
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
    act(guest, *mutex, first);
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_EQ(*got_it, 1);
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(*got_it, 1);
  EXPECT_EQ(mutex->owner(), Tid());
}

TEST(Mutex, WakeupOfAThreadThatIsKilledGoesToTheNext) {
  expect_one_of_two_to_get_it([](Guest& guest, Mutex& mutex, Pid first) {
    EXPECT_TRUE(guest.unlock(mutex).has_value());
    EXPECT_TRUE(guest.kill(first, Signal::sigkill).has_value());  // woken, but it has not run yet
  });
}

TEST(Mutex, SleeperThatIsKilledLeavesTheOthersWaiting) {
  expect_one_of_two_to_get_it([](Guest& guest, Mutex& mutex, Pid first) {
    const Tid owner = mutex.owner();
    EXPECT_TRUE(guest.kill(first, Signal::sigkill).has_value());
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_EQ(mutex.owner(), owner);
    EXPECT_TRUE(guest.unlock(mutex).has_value());
  });
}

// FUTEX_LOCK_PI of futex(2).
class InheritingMutex : public ::testing::Test {
 protected:
  template <class Body>
  void start(const std::string& name, const SchedAttributes& attributes, Body body) {
    ThreadRequest request;
    request.program = guest_program(std::move(body));
    request.name = run_.machine->trace().intern(name);
    request.attributes = attributes;
    ASSERT_TRUE(run_.machine->spawn(std::move(request)).has_value());
  }
  // Holds the lock while it computes.
  void start_owner(const SchedAttributes& attributes, Duration work) {
    start("low", attributes, [mutex = mutex_, work](Guest& guest) {
      EXPECT_TRUE(guest.lock(*mutex).has_value());
      guest.compute(work);
      EXPECT_TRUE(guest.unlock(*mutex).has_value());
      return 0;
    });
  }
  // Computes from 2 ms on.
  void start_medium(const SchedAttributes& attributes, Duration work) {
    start("medium", attributes, [work](Guest& guest) {
      static_cast<void>(guest.sleep(2_ms));
      guest.compute(work);
      return 0;
    });
  }

  ScenarioRun run_{"linux"};
  std::shared_ptr<Mutex> mutex_ = std::make_shared<Mutex>(MutexProtocol::inherit, *run_.machine);
};

TEST_F(InheritingMutex, IsHandedOverToTheMostUrgentWaiter) {
  start_owner({}, 10_ms);
  for (const auto priority : std::to_array<std::uint8_t>({10, 30, 20})) {
    start("waiter" + std::to_string(priority), realtime(SchedClass::fifo, priority), [mutex = mutex_](Guest& guest) {
      static_cast<void>(guest.sleep(1_ms));
      EXPECT_TRUE(guest.lock(*mutex).has_value());
      EXPECT_EQ(mutex->owner(), guest.gettid());
      guest.compute(1_ms);
      EXPECT_TRUE(guest.unlock(*mutex).has_value());
      return 0;
    });
  }
  EXPECT_EQ(run_.run(), RunEnd::finished);
  EXPECT_EQ(run_.schedule(), "low 0-1, low 1-10, waiter30 10-11, waiter20 11-12, waiter10 12-13");
  EXPECT_EQ(mutex_->owner(), Tid());
}

TEST_F(InheritingMutex, OwnersOwnAttributesAreWhatCallsTell) {
  start("low", {}, [mutex = mutex_](Guest& guest) {
    EXPECT_TRUE(guest.lock(*mutex).has_value());
    guest.compute(5_ms);
    EXPECT_EQ(guest.caller().thread().entity.attributes.sched_class, SchedClass::fifo);
    EXPECT_EQ(invoke(guest.caller(), call_number::sched_getscheduler, 0), 0);
    const Pid child = *guest.fork("child", guest_program([](Guest& inner) {
                                    EXPECT_EQ(inner.caller().thread().entity.attributes, SchedAttributes())
                                        << "nothing is passed on to children";
                                    return 0;
                                  }));
    EXPECT_TRUE(guest.set_nice(5).has_value());
    EXPECT_EQ(guest.caller().thread().entity.attributes.sched_class, SchedClass::fifo);
    EXPECT_TRUE(guest.unlock(*mutex).has_value());
    EXPECT_EQ(guest.caller().thread().entity.attributes, nice_of(5));
    EXPECT_TRUE(guest.wait(child).has_value());
    return 0;
  });
  start("high", realtime(SchedClass::fifo, 30), [mutex = mutex_](Guest& guest) {
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_TRUE(guest.lock(*mutex).has_value());
    EXPECT_TRUE(guest.unlock(*mutex).has_value());
    return 0;
  });
  EXPECT_EQ(run_.run(), RunEnd::finished);
}

TEST_F(InheritingMutex, FairOwnerRunsWithTheWaitersReservation) {
  start_owner({}, 10_ms);
  start_medium(realtime(SchedClass::fifo, 50), 20_ms);
  start("high", reservation(2_ms, 100_ms), [mutex = mutex_](Guest& guest) {
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_TRUE(guest.lock(*mutex).has_value());
    guest.compute(1_ms);
    EXPECT_TRUE(guest.unlock(*mutex).has_value());
    return 0;
  });
  EXPECT_EQ(run_.run(), RunEnd::finished);
  // Its 10 ms exceed the reservation's 2, but who inherits is not throttled.
  EXPECT_TRUE(run_.schedule().ends_with("high 10-11, medium 11-31")) << run_.schedule();
}

TEST_F(InheritingMutex, CircleOfTwoIsEdeadlkForWhoClosesIt) {
  auto second_mutex = std::make_shared<Mutex>(MutexProtocol::inherit, *run_.machine);
  auto failures = std::make_shared<int>(0);
  const auto take_both = [=](const std::shared_ptr<Mutex>& first, const std::shared_ptr<Mutex>& second) {
    return [=](Guest& guest) {
      EXPECT_TRUE(guest.lock(*first).has_value());
      static_cast<void>(guest.sleep(1_ms));
      const Result<int> taken = guest.lock(*second);
      if (!taken.has_value()) {
        EXPECT_EQ(taken.error(), Errno::edeadlk);
        ++*failures;
      } else {
        EXPECT_TRUE(guest.unlock(*second).has_value());
      }
      EXPECT_TRUE(guest.unlock(*first).has_value());
      return 0;
    };
  };
  start("a", {}, take_both(mutex_, second_mutex));
  start("b", {}, take_both(second_mutex, mutex_));
  EXPECT_EQ(run_.run(), RunEnd::finished);
  EXPECT_EQ(*failures, 1);
}

TEST_F(InheritingMutex, WaiterThatIsKilledTakesItsPriorityBack) {
  start_owner({}, 10_ms);
  start_medium(realtime(SchedClass::fifo, 50), 20_ms);
  start("killer", realtime(SchedClass::fifo, 90), [mutex = mutex_](Guest& guest) {
    StartOptions options;
    options.attributes = realtime(SchedClass::fifo, 80);
    const Pid high = *guest.fork("high", guest_program([mutex](Guest& inner) {
                                   static_cast<void>(inner.sleep(1_ms));
                                   static_cast<void>(inner.lock(*mutex));
                                   ADD_FAILURE() << "it was killed while it waited";
                                   return 0;
                                 }),
                                 options);
    static_cast<void>(guest.sleep(5_ms));
    EXPECT_TRUE(guest.kill(high, Signal::sigkill).has_value());
    EXPECT_TRUE(guest.wait(high).has_value());
    return 0;
  });
  EXPECT_EQ(run_.run(), RunEnd::finished);
  EXPECT_TRUE(run_.schedule().ends_with("medium 5-25, low 25-30")) << run_.schedule();
}

TEST_F(InheritingMutex, OwnerThatIsKilledPassesItOn) {
  start("killer", realtime(SchedClass::fifo, 90), [mutex = mutex_](Guest& guest) {
    StartOptions fair;
    fair.attributes = SchedAttributes();
    const Pid low = *guest.fork("low", guest_program([mutex](Guest& inner) {
                                  EXPECT_TRUE(inner.lock(*mutex).has_value());
                                  inner.compute(1_s);
                                  return 0;
                                }),
                                fair);
    static_cast<void>(guest.sleep(5_ms));
    EXPECT_TRUE(guest.kill(low, Signal::sigkill).has_value());
    EXPECT_TRUE(guest.wait(low).has_value());
    return 0;
  });
  auto got_it = std::make_shared<bool>(false);
  start("high", realtime(SchedClass::fifo, 80), [mutex = mutex_, got_it](Guest& guest) {
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_TRUE(guest.lock(*mutex).has_value());
    *got_it = true;
    EXPECT_TRUE(guest.unlock(*mutex).has_value());
    return 0;
  });
  EXPECT_EQ(run_.run(), RunEnd::finished);
  EXPECT_TRUE(*got_it);
}

TEST_F(InheritingMutex, WaiterWhoseTimeIsOverTakesItsPriorityBack) {
  start_owner({}, 10_ms);
  start_medium(realtime(SchedClass::fifo, 50), 20_ms);
  start("high", realtime(SchedClass::fifo, 80), [mutex = mutex_](Guest& guest) {
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_EQ(mutex->lock(guest.caller(), guest.gettid(), Instant() + 4_ms).error(), Errno::etimedout);
    return 0;
  });
  EXPECT_EQ(run_.run(), RunEnd::finished);
  EXPECT_TRUE(run_.schedule().ends_with("medium 4-24, low 24-30")) << run_.schedule();
}

}  // namespace signalbox::mutex_test
