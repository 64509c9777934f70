#include "kernel/machine/dispatcher.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/fifo_policy.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::dispatcher_test {

namespace nr = call_number;
constexpr Instant at(Duration since_start) { return Instant() + since_start; }

std::size_t left_by(const MachineFixture& fixture, SwitchReason reason) {
  return fixture.trace().count(TraceKind::run_end, static_cast<int>(reason));
}

TEST(Dispatcher, StretchesTileTheTimeOfACpu) {
  MachineFixture fixture({.policy = "round_robin:quantum=3ms", .config = {}});
  for (int i = 0; i < 2; ++i) fixture.spawn([](Caller& caller) { compute(caller, 5_ms); });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const auto begins = fixture.trace().of(TraceKind::run_begin);
  const auto ends = fixture.trace().of(TraceKind::run_end);
  const std::vector<Duration> expected{0_ms, 3_ms, 6_ms, 8_ms};
  ASSERT_EQ(begins.size(), 4U);
  ASSERT_EQ(ends.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(begins[i].when, at(expected[i]));
    EXPECT_EQ(begins[i].thread, Tid(i % 2 == 0 ? 2 : 3));
    EXPECT_EQ(ends[i].thread, begins[i].thread);
    EXPECT_EQ(ends[i].when, i < 3 ? begins[i + 1].when : at(10_ms));
    EXPECT_EQ(Duration(static_cast<std::int64_t>(ends[i].a)), ends[i].when - begins[i].when) << "all of it user time";
    EXPECT_EQ(ends[i].b, 0U);
  }
  EXPECT_EQ(left_by(fixture, SwitchReason::slice_expired), 2U);
  EXPECT_EQ(left_by(fixture, SwitchReason::exited), 2U);
}

TEST(Dispatcher, EveryReasonToLeaveIsTold) {
  MachineFixture fixture({.policy = "priority", .config = {}});
  WaitQueue queue(WaitLabel{WaitKind::condition, NameId()});
  ThreadRequest important = MachineFixture::request_of([&](Caller& caller) {
    sleep_for(caller, 1_ms);
    call(caller, nr::sched_yield);
    caller.sleep_on(queue);
  });
  important.attributes = realtime(SchedClass::fifo, 5);
  fixture.spawn(std::move(important));
  fixture.spawn([](Caller& caller) { compute(caller, 10_ms); });
  EXPECT_EQ(fixture.run(at(5_ms)), RunEnd::until);
  fixture.machine().finish(RunEnd::until);
  EXPECT_EQ(left_by(fixture, SwitchReason::slept), 1U);
  EXPECT_EQ(left_by(fixture, SwitchReason::yielded), 1U);
  EXPECT_EQ(left_by(fixture, SwitchReason::blocked), 1U);
  EXPECT_EQ(left_by(fixture, SwitchReason::preempted), 1U);
  EXPECT_EQ(left_by(fixture, SwitchReason::stopped), 1U);
  const TraceEvent last = fixture.trace().of(TraceKind::run_end).back();
  EXPECT_EQ(last.detail, static_cast<int>(SwitchReason::stopped));
  EXPECT_EQ(Duration(static_cast<std::int64_t>(last.a)), 4_ms) << "what ran is accounted for up to the end";
  fixture.destroy();
}

TEST(Dispatcher, YieldOfWhoIsAloneGoesOn) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    EXPECT_EQ(call(caller, nr::sched_yield), 0);
    compute(caller, 1_ms);
    EXPECT_EQ(caller.now(), at(1_ms));
    reached.mark();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fixture.trace().count(TraceKind::run_begin, static_cast<int>(SwitchKind::resumed)), 1U);
}

TEST(Dispatcher, ReadyThreadsFillAllCpus) {
  MachineOptions options;
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  std::vector<Instant> ended;
  for (int i = 0; i < 3; ++i) {
    fixture.spawn([&](Caller& caller) {
      compute(caller, 10_ms);
      ended.push_back(caller.now());
    });
  }
  fixture.run();
  EXPECT_EQ(ended, (std::vector{at(10_ms), at(10_ms), at(20_ms)}));
}

// What several threads do with each other, on two CPUs.
void spawn_mix(MachineFixture& fixture, WaitQueue& queue) {
  fixture.spawn([&queue](Caller& caller) {
    for (int turn = 0; turn < 20; ++turn) {
      compute(caller, 310_us);
      queue.wake(Waiters::one);
      call(caller, nr::getpid);
    }
  });
  for (int i = 0; i < 3; ++i) {
    fixture.spawn([&queue, i](Caller& caller) {
      for (int turn = 0; turn < 10; ++turn) {
        caller.sleep_on(queue, caller.now() + 500_us);
        compute(caller, 170_us + Duration(i));
        caller.charge(20_us, Mode::kernel);
      }
    });
  }
}

TEST(Dispatcher, RunningAheadOfTheClockIsExact) {
  const auto hash_with = [](int interruptions) {
    MachineOptions options;
    options.policy = "round_robin:quantum=100us";
    options.config.topology = Topology::uniform(2);
    options.config.costs.process_switch = 3_us;
    options.config.costs.syscall = 1_us;
    MachineFixture fixture(options);
    WaitQueue queue(WaitLabel{WaitKind::condition, NameId()});
    spawn_mix(fixture, queue);
    // Events that do nothing, at every microsecond: nobody can run ahead of any.
    for (int i = 1; i <= interruptions; ++i) fixture.machine().at(at(i * 1_us), [] {});
    EXPECT_EQ(fixture.finish(), RunEnd::finished);
    EXPECT_GT(fixture.now(), at(2_ms));
    return fixture.hash();
  };
  EXPECT_EQ(hash_with(0), hash_with(2000));
}

TEST(Dispatcher, FullTraceIsHandedOverInTheMiddleOfAStretch) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    for (int i = 0; i < 2000; ++i) call(caller, nr::getpid);
    EXPECT_GT(fixture.trace().events().size(), 3000U) << "while the thread still runs";
    reached.mark();
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(fixture.trace().of(TraceKind::syscall_entered).size(), 2000U);
  EXPECT_EQ(fixture.trace().of(TraceKind::run_begin).size(), 1U) << "handing over is no switch";
}

// First come, first served, but that it kicks the CPU it was told to when anybody wakes.
class KickingPolicy final : public FifoPolicy {
 public:
  KickingPolicy(SchedulerView& view, CpuId target, Kick kick) : view_(view), target_(target), kick_(kick) {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    FifoPolicy::enqueue(cpu, entity, why, now);
    if (why == EnqueueReason::woken) view_.kick(target_, kick_);
  }

 private:
  SchedulerView& view_;
  CpuId target_;
  Kick kick_;
};

template <std::uint16_t target, Kick kick>
PolicyChoice kicking() {
  static const PolicyRow row{
      .name = "kicking",
      .summary = "",
      .source = "",
      .options = {},
      .is_work_conserving = false,
      .respects_weight = false,
      .make = [](const OptionValues&, SchedulerView& view, const Prng&) -> std::unique_ptr<Policy> {
        return std::make_unique<KickingPolicy>(view, CpuId(target), kick);
      },
  };
  return PolicyChoice{&row, OptionValues({})};
}

// When a thread on CPU 0 that wakes at 1 ms starts again, while another computes 10 ms there.
Instant restarted_at(const PolicyChoice& policy, unsigned cpus) {
  MachineConfig config;
  config.topology = Topology::uniform(cpus);
  Simulation simulation(1);
  const SyscallTable calls = all_kernel_calls();
  Machine machine(simulation, config, policy, calls);
  Instant restarted;
  EXPECT_TRUE(machine
                  .spawn(MachineFixture::request_of([&](Caller& caller) {
                    sleep_for(caller, 1_ms);
                    restarted = caller.now();
                  }))
                  .has_value());
  EXPECT_TRUE(machine.spawn(MachineFixture::request_of([](Caller& caller) { compute(caller, 10_ms); })).has_value());
  EXPECT_EQ(machine.run(), RunEnd::finished);
  return restarted;
}

TEST(Dispatcher, KicksWakeIdleCpusOrTakeBusyOnes) {
  EXPECT_EQ(restarted_at(kicking<0, Kick::idle>(), 2), at(10_ms)) << "an idle kick does nothing to a busy CPU";
  EXPECT_EQ(restarted_at(kicking<1, Kick::idle>(), 2), at(1_ms)) << "the idle CPU picks what is there";
  EXPECT_EQ(restarted_at(kicking<0, Kick::preempt>(), 1), at(1_ms)) << "what ran goes behind the woken one";
}

}  // namespace signalbox::dispatcher_test
