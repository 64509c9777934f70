// Time on a CPU.
#include <gtest/gtest.h>

#include <vector>

#include "kernel/machine/dispatcher.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::dispatcher_time_test {

namespace nr = call_number;
constexpr Instant at(Duration since_start) { return Instant() + since_start; }

Topology of_capacity(std::uint16_t capacity) { return Topology({CpuPlace{0, 0, NodeId(), capacity}}); }

TEST(DispatcherTime, SlowCpuTakesTwiceAsLong) {
  MachineOptions options;
  options.config.topology = of_capacity(512);
  MachineFixture fixture(options);
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    compute(caller, 10_ms);
    EXPECT_EQ(caller.now(), at(20_ms));
    EXPECT_EQ(caller.kernel().cpu_times(caller.thread()), (CpuTimes{20_ms, 0_ms}));
    caller.charge(1_ms, Mode::kernel);
    EXPECT_EQ(caller.kernel().cpu_times(caller.thread()), (CpuTimes{20_ms, 2_ms}));
    reached.mark();
  });
  fixture.run();
}

TEST(DispatcherTime, SlicesOnAnOddCpuLoseNoWork) {
  MachineOptions options;
  options.policy = "round_robin:quantum=1ms";
  options.config.topology = of_capacity(700);
  MachineFixture fixture(options);
  for (int i = 0; i < 2; ++i) fixture.spawn([](Caller& caller) { compute(caller, 10_ms); });
  fixture.run();
  const Duration alone = Cpu(CpuId(0), 700).time_for(10_ms);
  EXPECT_GE(fixture.now(), at(2 * alone));
  EXPECT_LE(fixture.now(), at(2 * alone + 60_ns)) << "at most a rounding a slice";
}

TEST(DispatcherTime, TicksQuantiseSlices) {
  MachineOptions options;
  options.policy = "round_robin:quantum=3ms";
  options.config.tick = 4_ms;
  MachineFixture fixture(options);
  std::vector<Instant> ended;
  for (int i = 0; i < 2; ++i) {
    fixture.spawn([&](Caller& caller) {
      compute(caller, 10_ms);
      ended.push_back(caller.now());
    });
  }
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(ended, (std::vector{at(18_ms), at(20_ms)}));
  std::vector<Instant> ticks;
  for (const TraceEvent& event : fixture.trace().of(TraceKind::tick)) ticks.push_back(event.when);
  EXPECT_EQ(ticks, (std::vector{at(4_ms), at(8_ms), at(12_ms), at(16_ms)}));
}

TEST(DispatcherTime, IdleCpusDoNotTick) {
  MachineOptions options;
  options.config.tick = 4_ms;
  MachineFixture fixture(options);
  fixture.spawn([](Caller& caller) { sleep_for(caller, 100_ms); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_TRUE(fixture.trace().of(TraceKind::tick).empty());
}

TEST(DispatcherTime, TickTakesItsPriceFromWhoItInterrupts) {
  MachineOptions options;
  options.config.tick = 4_ms;
  options.config.costs.tick = 1_ms;
  MachineFixture fixture(options);
  fixture.spawn([](Caller& caller) { compute(caller, 10_ms); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fixture.now(), at(12_ms)) << "two ticks on the way";
}

TEST(DispatcherTime, InterruptTakesItsPriceFromWhoItInterrupts) {
  MachineOptions options;
  options.config.costs.interrupt = 1_us;
  MachineFixture fixture(options);
  Instant sleeper_started;
  Instant busy_ended;
  fixture.spawn([&](Caller& caller) {
    fork(caller, [&](Caller& sleeper) {
      sleep_for(sleeper, 5_us);
      sleeper_started = sleeper.now();
    });
    call(caller, nr::sched_yield);
    compute(caller, 10_us);
    busy_ended = caller.now();
  });
  fixture.run();
  EXPECT_EQ(busy_ended, at(11_us));
  EXPECT_EQ(sleeper_started, at(11_us));
}

TEST(DispatcherTime, InterruptOfAnIdleCpuCostsNothing) {
  MachineOptions options;
  options.config.costs.interrupt = 1_us;
  MachineFixture fixture(options);
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    sleep_for(caller, 5_us);
    EXPECT_EQ(caller.now(), at(5_us));
    reached.mark();
  });
  fixture.run();
}

TEST(DispatcherTime, TimersOfFairThreadsEndLaterByTheSlack) {
  MachineOptions options;
  options.config.timer_slack = 50_us;
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  Instant fair_woke;
  Instant realtime_woke;
  fixture.spawn([&](Caller& caller) {
    sleep_for(caller, 5_us);
    fair_woke = caller.now();
  });
  ThreadRequest exact = MachineFixture::request_of([&](Caller& caller) {
    sleep_for(caller, 5_us);
    realtime_woke = caller.now();
  });
  exact.attributes = realtime(SchedClass::fifo, 1);
  fixture.spawn(std::move(exact));
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fair_woke, at(55_us));
  EXPECT_EQ(realtime_woke, at(5_us));
}

// kernel/sched/syscalls.c, __setscheduler_params: the slack is that of the policy a thread was given.
TEST(DispatcherTime, WhoInheritsAPriorityKeepsItsSlack) {
  MachineOptions options;
  options.config.timer_slack = 50_us;
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  InheritingLock lock;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    lock.owner = caller.thread().tid;
    compute(caller, 2_us);
    EXPECT_TRUE(caller.thread().entity.attributes.is_boosted);
    sleep_for(caller, 5_us);
    EXPECT_EQ(caller.now(), at(57_us));
    caller.kernel().hand_over(lock);
    reached.mark();
  });
  ThreadRequest waiter = MachineFixture::request_of([&](Caller& caller) {
    compute(caller, 1_us);
    EXPECT_TRUE(caller.kernel().await_owner(lock, caller.thread()).has_value());
    caller.sleep_until(Instant::max());
  });
  waiter.attributes = realtime(SchedClass::fifo, 1);
  fixture.spawn(std::move(waiter));
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

TEST(DispatcherTime, WorkThatEndsWithTheSliceEndsFirst) {
  MachineFixture fixture({.policy = "round_robin:quantum=3ms", .config = {}});
  fixture.spawn([](Caller& caller) {
    compute(caller, 3_ms);
    sleep_for(caller, 1_ms);
  });
  fixture.spawn([](Caller& caller) { compute(caller, 1_ms); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fixture.trace().count(TraceKind::run_end, static_cast<int>(SwitchReason::slice_expired)), 0U);
}

TEST(DispatcherTime, ManyShortComputationsShareASliceAsOneLong) {
  const auto ended_with = [](int parts) {
    MachineFixture fixture({.policy = "round_robin:quantum=3ms", .config = {}});
    Instant ended;
    fixture.spawn([&, parts](Caller& caller) {
      for (int i = 0; i < parts; ++i) compute(caller, 10_ms / parts);
      ended = caller.now();
    });
    fixture.spawn([](Caller& caller) { compute(caller, 100_ms); });
    EXPECT_EQ(fixture.run(), RunEnd::finished);
    return ended;
  };
  EXPECT_EQ(ended_with(1), at(19_ms));
  EXPECT_EQ(ended_with(4), at(19_ms));
  EXPECT_EQ(ended_with(1000), at(19_ms));
}

TEST(DispatcherTime, NoTimeIsSpentByNothing) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    compute(caller, 0_ns);
    compute(caller, -5_ns);
    EXPECT_EQ(caller.now(), Instant());
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(DispatcherTime, WakeUpsArePaidByWhoWakes) {
  MachineOptions options;
  options.config.costs.wakeup = 2_us;
  MachineFixture fixture(options);
  WaitQueue queue(WaitLabel{WaitKind::semaphore, NameId()});
  std::vector<Instant> woken;
  for (int i = 0; i < 2; ++i) {
    fixture.spawn([&](Caller& caller) {
      caller.sleep_on(queue);
      call(caller, nr::getpid);
      woken.push_back(caller.now());
    });
  }
  Instant paid;
  fixture.spawn([&](Caller& caller) {
    queue.wake(Waiters::all);
    call(caller, nr::getpid);
    paid = caller.now();
  });
  fixture.run();
  EXPECT_EQ(paid, at(4_us));
  EXPECT_EQ(woken, (std::vector{at(4_us), at(4_us)}));
}

TEST(DispatcherTime, WhoWakesAndThenSleepsOrEndsPaysToo) {
  MachineOptions options;
  options.config.costs.wakeup = 2_us;
  MachineFixture fixture(options);
  WaitQueue queue(WaitLabel{WaitKind::semaphore, NameId()});
  std::vector<Instant> woken;
  const auto sleep_and_call = [&](Caller& caller) {
    caller.sleep_on(queue);
    call(caller, nr::getpid);
    woken.push_back(caller.now());
  };
  fixture.spawn(sleep_and_call);
  fixture.spawn(sleep_and_call);
  Instant back;
  fixture.spawn([&](Caller& caller) {
    queue.wake(Waiters::one);
    caller.sleep_until(at(100_us));
    back = caller.now();
    queue.wake(Waiters::one);
  });
  fixture.run();
  EXPECT_EQ(woken[0], Instant()) << "not the one that was woken";
  EXPECT_EQ(back, at(102_us)) << "when it is back";
  EXPECT_EQ(woken[1], at(104_us)) << "at its end";
}

}  // namespace signalbox::dispatcher_time_test
