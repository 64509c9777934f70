// Who runs, and what a switch costs.
#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>
#include <vector>

#include "kernel/machine/dispatcher.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::dispatcher_switch_test {

namespace nr = call_number;
constexpr Instant at(Duration since_start) { return Instant() + since_start; }

std::size_t switches(const MachineFixture& fixture, SwitchKind kind) {
  return fixture.trace().count(TraceKind::run_begin, static_cast<int>(kind));
}

MachineOptions priced() {
  MachineOptions options;
  options.config.costs.thread_switch = 1_us;
  options.config.costs.process_switch = 5_us;
  options.config.costs.cache_refill = 20_us;
  options.config.costs.migration = 100_us;
  options.config.costs.migration_across_llc = 1_ms;
  return options;
}

TEST(DispatcherSwitch, ThreadSwitchAndProcessSwitchAreToldApartAndPriced) {
  MachineFixture fixture(priced());
  fixture.spawn([](Caller& caller) {
    EXPECT_EQ(caller.now(), at(5_us)) << "the switch to the process comes before its first instruction";
    const std::int64_t tid = create_thread(caller, [](Caller& other) {
      EXPECT_EQ(other.now(), at(16_us)) << "and one to a thread costs less";
      compute(other, 4_us);
    });
    compute(caller, 10_us);
    EXPECT_EQ(join(caller, tid), 0);
    EXPECT_EQ(caller.now(), at(41_us)) << "switch, and caches to be filled again";
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(switches(fixture, SwitchKind::process), 1U);
  EXPECT_EQ(switches(fixture, SwitchKind::thread), 2U);
  const auto begins = fixture.trace().of(TraceKind::run_begin);
  EXPECT_EQ(begins[0].a, 5000U);
  EXPECT_EQ(begins[0].b, 0U) << "nobody before";
  EXPECT_EQ(begins[1].a, 1000U);
  EXPECT_EQ(begins[1].b, 2U);
  const auto ends = fixture.trace().of(TraceKind::run_end, Tid(2));
  EXPECT_EQ(ends[0].a, 10'000U) << "the switch is nobody's time";
  EXPECT_EQ(ends[1].b, 20'000U) << "the refill is the thread's, in the mode it came back in";
}

TEST(DispatcherSwitch, ReturnOfTheSameThreadCostsOnlyAfterIdling) {
  MachineFixture fixture(priced());
  fixture.spawn([](Caller& caller) {
    call(caller, nr::sched_yield);
    EXPECT_EQ(caller.now(), at(5_us)) << "nothing was switched";
    sleep_for(caller, 95_us);
    EXPECT_EQ(caller.now(), at(101_us)) << "to the idle loop and back, without a refill";
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(switches(fixture, SwitchKind::resumed), 2U);
}

// When a thread that was moved from CPU 0 to CPU 1 goes on.
Instant moved_at(const Topology& topology) {
  MachineOptions options = priced();
  options.config.topology = topology;
  MachineFixture fixture(options);
  Instant moved;
  fixture.spawn([&](Caller& caller) {
    const std::uint64_t second = 2;
    EXPECT_EQ(call(caller, nr::sched_setaffinity, 0, 8, &second), 0);
    moved = caller.now();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const auto migrated = fixture.trace().of(TraceKind::thread_migrated);
  EXPECT_EQ(migrated.size(), 1U);
  EXPECT_EQ(migrated[0].cpu, CpuId(1));
  EXPECT_EQ(migrated[0].a, 0U);
  return moved;
}

TEST(DispatcherSwitch, MigrationCostsMoreAcrossCaches) {
  EXPECT_EQ(moved_at(Topology::uniform(2)), at(5_us + 5_us + 100_us));
  EXPECT_EQ(moved_at(Topology({CpuPlace{0, 0, NodeId(), 1024}, CpuPlace{1, 1, NodeId(), 1024}})),
            at(5_us + 5_us + 100_us + 1_ms));
}

TEST(DispatcherSwitch, PreemptedThreadMovesToAnIdleCpuThatItMayUse) {
  MachineOptions options;
  options.policy = "round_robin:quantum=2ms";
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  Instant wide_ended;
  Instant narrow_ended;
  const AffinityId first = fixture.machine().affinities().intern(CpuMask::first(1));
  ThreadRequest wide = MachineFixture::request_of([&](Caller& caller) {
    compute(caller, 10_ms);
    wide_ended = caller.now();
  });
  ThreadRequest narrow = MachineFixture::request_of([&](Caller& caller) {
    compute(caller, 10_ms);
    narrow_ended = caller.now();
  });
  narrow.affinity = first;
  fixture.spawn(std::move(wide));
  fixture.spawn(std::move(narrow));
  fixture.run();
  EXPECT_EQ(wide_ended, at(10_ms));
  EXPECT_EQ(narrow_ended, at(12_ms)) << "it got its CPU when the other one's slice ended";
}

TEST(DispatcherSwitch, WakerIsNamedAndTimersAreNot) {
  MachineFixture fixture;
  WaitQueue queue(WaitLabel{WaitKind::semaphore, NameId()});
  const Pid sleeper = fixture
                          .spawn([&](Caller& caller) {
                            caller.sleep_on(queue);
                            sleep_for(caller, 1_ms);
                          })
                          .pid;
  const Pid waker = fixture
                        .spawn([&](Caller& caller) {
                          compute(caller, 1_ms);
                          queue.wake(Waiters::one);
                        })
                        .pid;
  fixture.finish();
  const auto ready = fixture.trace().of(TraceKind::thread_ready, Tid(sleeper.value()));
  ASSERT_EQ(ready.size(), 3U);
  EXPECT_EQ(ready[0].detail, static_cast<int>(ReadyReason::created));
  EXPECT_EQ(ready[1].detail, static_cast<int>(ReadyReason::woken));
  EXPECT_EQ(ready[1].a, static_cast<std::uint64_t>(waker.value()));
  EXPECT_EQ(ready[2].detail, static_cast<int>(ReadyReason::timed_out));
  EXPECT_EQ(ready[2].a, 0U);
}

TEST(DispatcherSwitch, EndOfAThreadWakesInItsNameAndInterruptsNobody) {
  MachineOptions options;
  options.config.costs.interrupt = 1_us;
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  const Pid parent = fixture
                         .spawn([](Caller& caller) {
                           const std::uint64_t first = 1;
                           EXPECT_EQ(call(caller, nr::sched_setaffinity, 0, 8, &first), 0);
                           ThreadRequest request =
                               MachineFixture::request_of([](Caller& child) { compute(child, 2_us); });
                           request.affinity = caller.kernel().affinities().intern(CpuMask::of({{CpuId(1)}}));
                           const std::int64_t child = call(caller, nr::fork, &request);
                           const std::int64_t other = create_thread(caller, [](Caller& busy) { compute(busy, 10_us); });
                           wait_for(caller, child);
                           join(caller, other);
                         })
                         .pid;
  fixture.finish();
  const auto ready = fixture.trace().of(TraceKind::thread_ready, Tid(parent.value()));
  ASSERT_GE(ready.size(), 2U);
  EXPECT_EQ(ready[1].when, at(2_us));
  EXPECT_EQ(ready[1].a, static_cast<std::uint64_t>(parent.value()) + 1);
  EXPECT_EQ(fixture.now(), at(10_us)) << "no interrupt was charged to whoever ran";
}

TEST(DispatcherSwitch, TimersWakeUpReachesItsCpuAfterTheLatency) {
  MachineOptions options;
  options.config.costs.timer_latency = 3_us;
  MachineFixture fixture(options);
  const Pid sleeper = fixture.spawn([](Caller& caller) { sleep_for(caller, 10_us); }).pid;
  fixture.finish();
  const auto ready = fixture.trace().of(TraceKind::thread_ready, Tid(sleeper.value()));
  const auto began = fixture.trace().of(TraceKind::run_begin, Tid(sleeper.value()));
  ASSERT_EQ(began.size(), 2U);
  EXPECT_EQ(began[0].when, at(3_us)) << "its arrival is nobody's deed either";
  EXPECT_EQ(ready[1].when, at(13_us));
  EXPECT_EQ(began[1].when, at(16_us));
}

TEST(DispatcherSwitch, TimersWakeUpPreemptsAfterTheLatency) {
  MachineOptions options{.policy = "priority", .config = {}};
  options.config.costs.timer_latency = 3_us;
  MachineFixture fixture(options);
  Instant high_started;
  ThreadRequest high = MachineFixture::request_of([&](Caller& caller) {
    sleep_for(caller, 10_us);
    high_started = caller.now();
  });
  high.attributes = realtime(SchedClass::fifo, 5);
  fixture.spawn(std::move(high));
  fixture.spawn([](Caller& caller) { compute(caller, 100_us); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(high_started, at(16_us));
  EXPECT_EQ(fixture.now(), at(103_us)) << "who was preempted lost nothing by it";
}

TEST(DispatcherSwitch, WakeUpReachesAnotherCpuAfterTheLatencyAndItsOwnAtOnce) {
  MachineOptions options;
  options.config.costs.ipi_latency = 3_us;
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  WaitQueue there(WaitLabel{WaitKind::semaphore, NameId()});
  WaitQueue here(WaitLabel{WaitKind::semaphore, NameId()});
  std::array<Instant, 2> started;
  const auto spawn_on = [&](unsigned cpu, const std::function<void(Caller&)>& program) {
    ThreadRequest request = MachineFixture::request_of(program);
    request.affinity = fixture.machine().affinities().intern(CpuMask::of({{CpuId(static_cast<CpuId::Value>(cpu))}}));
    fixture.spawn(std::move(request));
  };
  spawn_on(1, [&](Caller& caller) {
    caller.sleep_on(there);
    started[1] = caller.now();
  });
  spawn_on(0, [&](Caller& caller) {
    caller.sleep_on(here);
    started[0] = caller.now();
  });
  spawn_on(0, [&](Caller& caller) {
    compute(caller, 10_us);
    there.wake(Waiters::one);
    here.wake(Waiters::one);
    compute(caller, 1_us);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(started[1], at(13_us));
  EXPECT_EQ(started[0], at(11_us));
}

TEST(DispatcherSwitch, WakeUpOnItsWayIsNotPulledByTheWakersCpu) {
  MachineOptions options{.policy = "linux", .config = {}};
  options.config.costs.ipi_latency = 30_us;
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  WaitQueue queue(WaitLabel{WaitKind::semaphore, NameId()});
  const Pid sleeper = fixture
                          .spawn([&](Caller& caller) {
                            compute(caller, 1_ms);
                            caller.sleep_on(queue);
                            compute(caller, 1_ms);
                          })
                          .pid;
  fixture.spawn([&](Caller& caller) {
    compute(caller, 5_ms);
    queue.wake(Waiters::one);
    sleep_for(caller, 10_ms);  // its CPU has nothing to do now
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const auto began = fixture.trace().of(TraceKind::run_begin, Tid(sleeper.value()));
  ASSERT_EQ(began.size(), 2U);
  EXPECT_EQ(began[1].when, at(5_ms) + 30_us);
  EXPECT_EQ(began[1].cpu, began[0].cpu);
}

TEST(DispatcherSwitch, BetterThreadPreemptsAtOnceAndTheRestIsDoneLater) {
  MachineFixture fixture({.policy = "priority", .config = {}});
  Instant low_ended;
  Instant high_started;
  ThreadRequest high = MachineFixture::request_of([&](Caller& caller) {
    sleep_for(caller, 3_ms);
    high_started = caller.now();
    compute(caller, 5_ms);
  });
  high.attributes = realtime(SchedClass::fifo, 5);
  fixture.spawn(std::move(high));
  fixture.spawn([&](Caller& caller) {
    compute(caller, 10_ms);
    low_ended = caller.now();
  });
  fixture.run();
  EXPECT_EQ(high_started, at(3_ms));
  EXPECT_EQ(low_ended, at(15_ms));
}

TEST(DispatcherSwitch, ASwitchInProgressIsNotInterrupted) {
  MachineOptions options;
  options.policy = "priority";
  options.config.costs.process_switch = 10_us;
  MachineFixture fixture(options);
  Instant high_started;
  Instant low_ended;
  fixture.spawn([&](Caller& caller) {
    compute(caller, 100_us);
    low_ended = caller.now();
  });
  fixture.machine().at(at(5_us), [&] {
    ThreadRequest high = MachineFixture::request_of([&](Caller& caller) { high_started = caller.now(); });
    high.attributes = realtime(SchedClass::fifo, 5);
    fixture.spawn(std::move(high));
  });
  fixture.run();
  EXPECT_EQ(high_started, at(20_us)) << "the first switch ends, then comes the next one";
  EXPECT_EQ(low_ended, at(130_us));
}

// When a better thread that becomes ready at 3 ms starts, while another spends 10 ms in `mode`.
Instant preempted_at(Mode mode, KernelPreemption preemption) {
  MachineOptions options;
  options.policy = "priority";
  options.config.kernel_preemption = preemption;
  MachineFixture fixture(options);
  Instant started;
  ThreadRequest high = MachineFixture::request_of([&](Caller& caller) {
    sleep_for(caller, 3_ms);
    started = caller.now();
  });
  high.attributes = realtime(SchedClass::fifo, 5);
  fixture.spawn(std::move(high));
  fixture.spawn([mode](Caller& caller) {
    caller.charge(10_ms, mode);
    compute(caller, 10_ms);
  });
  fixture.run();
  return started;
}

TEST(DispatcherSwitch, KernelModeIsPreemptedOnlyWhereConfigured) {
  EXPECT_EQ(preempted_at(Mode::user, KernelPreemption::none), at(3_ms));
  EXPECT_EQ(preempted_at(Mode::kernel, KernelPreemption::none), at(10_ms));
  EXPECT_EQ(preempted_at(Mode::kernel, KernelPreemption::full), at(3_ms));
}

TEST(DispatcherSwitch, WokenByTheRunningThreadPreemptsAtItsReturnToUserMode) {
  MachineFixture fixture({.policy = "priority", .config = {}});
  WaitQueue queue(WaitLabel{WaitKind::semaphore, NameId()});
  std::string order;
  ThreadRequest high = MachineFixture::request_of([&](Caller& caller) {
    caller.sleep_on(queue);
    order += 'h';
  });
  high.attributes = realtime(SchedClass::fifo, 5);
  fixture.spawn(std::move(high));
  fixture.spawn([&](Caller& caller) {
    queue.wake(Waiters::one);
    order += 'l';
    call(caller, nr::getpid);
    order += 'l';
  });
  fixture.run();
  EXPECT_EQ(order, "lhl");
}

// Two sleepers wake at 1 ms on CPU 2. When and where one that has waited for CPU 0 since the start begins, although
// CPU 1 idles since 0.3 ms, when the waiting one was too hot to be pulled.
TraceEvent begin_beside_idle_cpu(std::string_view policy) {
  MachineOptions options;
  options.policy = policy;
  options.config.topology = Topology::uniform(3);
  MachineFixture fixture(options);
  const auto spawn_on = [&](std::initializer_list<CpuId> cpus, auto body) {
    ThreadRequest request = MachineFixture::request_of(body);
    request.affinity = fixture.machine().affinities().intern(CpuMask::of(cpus));
    return fixture.spawn(std::move(request)).pid;
  };
  for (int sleeper = 0; sleeper < 2; ++sleeper) {
    spawn_on({CpuId(2)}, [](Caller& caller) { sleep_for(caller, 1_ms); });
  }
  spawn_on({CpuId(0)}, [](Caller& caller) { compute(caller, 3_ms); });
  spawn_on({CpuId(1)}, [](Caller& caller) { compute(caller, 300_us); });
  const Pid waiting = spawn_on({CpuId(0), CpuId(1)}, [](Caller& caller) { compute(caller, 1_ms); });
  fixture.run();
  return fixture.trace().of(TraceKind::run_begin, Tid(waiting.value())).front();
}

TEST(DispatcherSwitch, AWakeUpOnOneCpuLetsNoOtherLookForWork) {
  const TraceEvent partitioned = begin_beside_idle_cpu("fcfs:queue_per=cpu,balance=linux");
  EXPECT_EQ(partitioned.cpu, CpuId(0));
  EXPECT_EQ(partitioned.when, at(3_ms)) << "idle CPUs pull at the tick";
  const TraceEvent stealing = begin_beside_idle_cpu("fcfs:queue_per=cpu,balance=work_stealing");
  EXPECT_EQ(stealing.cpu, CpuId(1));
  EXPECT_EQ(stealing.when, at(300_us));
}

}  // namespace signalbox::dispatcher_switch_test
