#include "kernel/calls/sched_calls.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "kernel/calls/user_types.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::sched_calls_test {

namespace nr = call_number;

constexpr int other = 0;
constexpr int fifo = 1;
constexpr int round_robin = 2;
constexpr int batch = 3;
constexpr int idle = 5;
constexpr int deadline = 6;
constexpr int reset_on_fork = 0x40000000;

std::int64_t set(Caller& caller, std::int64_t tid, int policy, std::int32_t priority) {
  SchedParam param{priority};
  return call(caller, nr::sched_setscheduler, tid, policy, &param);
}
std::int64_t set_attr(Caller& caller, SchedAttr attr, std::int64_t tid = 0) {
  return call(caller, nr::sched_setattr, tid, &attr, 0);
}
SchedAttr attr_of(Caller& caller) {
  SchedAttr attr;
  EXPECT_EQ(call(caller, nr::sched_getattr, 0, &attr, sizeof(attr), 0), 0);
  return attr;
}
SchedAttr deadline_attr(std::uint64_t runtime, std::uint64_t relative_deadline, std::uint64_t period) {
  SchedAttr attr;
  attr.base.policy = deadline;
  attr.base.runtime = runtime;
  attr.base.deadline = relative_deadline;
  attr.base.period = period;
  return attr;
}

TEST(SchedCalls, YieldLetsTheNextOneRun) {
  MachineFixture fixture;
  std::string order;
  for (const char name : {'a', 'b'}) {
    fixture.spawn([&order, name](Caller& caller) {
      for (int turn = 0; turn < 3; ++turn) {
        order += name;
        EXPECT_EQ(call(caller, nr::sched_yield), 0);
      }
    });
  }
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(order, "ababab");
  EXPECT_EQ(fixture.trace().count(TraceKind::run_end, static_cast<int>(SwitchReason::yielded)), 6U);
}

TEST(SchedCalls, PolicyAndPriorityAreSetAndTold) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::sched_getscheduler, 0), other);
    EXPECT_EQ(set(caller, 0, round_robin, 42), 0);
    EXPECT_EQ(call(caller, nr::sched_getscheduler, 0), round_robin);
    SchedParam param;
    EXPECT_EQ(call(caller, nr::sched_getparam, 0, &param), 0);
    EXPECT_EQ(param.priority, 42);
    param.priority = 43;
    EXPECT_EQ(call(caller, nr::sched_setparam, 0, &param), 0);
    EXPECT_EQ(caller.thread().entity.attributes, realtime(SchedClass::round_robin, 43));
    EXPECT_EQ(set(caller, 0, idle, 0), 0);
    EXPECT_EQ(caller.thread().entity.weight, 3U);
    EXPECT_EQ(call(caller, nr::sched_getparam, 0, &param), 0);
    EXPECT_EQ(param.priority, 0);
  });
}

TEST(SchedCalls, OtherThreadsAreSetByTheirNumber) {
  in_a_process([](Caller& caller) {
    const std::int64_t tid = create_thread(caller, [](Caller& waiting) { sleep_for(waiting, 1_ms); });
    EXPECT_EQ(set(caller, tid, batch, 0), 0);
    EXPECT_EQ(call(caller, nr::sched_getscheduler, tid), batch);
    EXPECT_EQ(call(caller, nr::sched_getscheduler, 0), other);
    sleep_for(caller, 2_ms);
    EXPECT_EQ(call(caller, nr::sched_getscheduler, tid), failed(Errno::esrch)) << "it has ended";
  });
}

TEST(SchedCalls, ArgumentsAreCheckedInLinuxOrder) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(set(caller, 4000, -1, 0), failed(Errno::einval));
    EXPECT_EQ(set(caller, -1, other, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_setscheduler, 4000, other, nullptr), failed(Errno::einval));
    EXPECT_EQ(set(caller, 4000, 4, 0), failed(Errno::esrch));
    EXPECT_EQ(set(caller, 0, 4, 0), failed(Errno::einval));
    EXPECT_EQ(set(caller, 0, 7, 0), failed(Errno::einval));
    EXPECT_EQ(set(caller, 0, fifo, 0), failed(Errno::einval));
    EXPECT_EQ(set(caller, 0, fifo, 100), failed(Errno::einval));
    EXPECT_EQ(set(caller, 0, fifo, -1), failed(Errno::einval));
    EXPECT_EQ(set(caller, 0, other, 1), failed(Errno::einval));
    EXPECT_EQ(set(caller, 0, deadline, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_getscheduler, -1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_getparam, 0, nullptr), failed(Errno::einval));
    EXPECT_EQ(set(caller, 0, fifo, 99), 0);
  });
}

TEST(SchedCalls, RealTimeNeedsPrivilegeOrALimit) {
  in_a_process([](Caller& caller) {
    const ResourceLimit ten{10, 10};
    EXPECT_EQ(call(caller, nr::setuid, 1000), 0);
    EXPECT_EQ(set(caller, 0, fifo, 1), failed(Errno::eperm));
    caller.process().limits.set(Resource::realtime_priority, ten);
    EXPECT_EQ(set(caller, 0, fifo, 11), failed(Errno::eperm));
    EXPECT_EQ(set(caller, 0, fifo, 10), 0);
    EXPECT_EQ(set(caller, 0, fifo, 3), 0);
    EXPECT_EQ(set(caller, 0, round_robin, 3), 0);
    EXPECT_EQ(set(caller, 1, other, 0), failed(Errno::esrch)) << "init has no thread";
  });
}

TEST(SchedCalls, LeavingIdleNeedsANiceLimit) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::setuid, 1000), 0);
    EXPECT_EQ(set(caller, 0, idle, 0), 0);
    EXPECT_EQ(set(caller, 0, other, 0), failed(Errno::eperm));
    caller.process().limits.set(Resource::nice, {20, 20});
    EXPECT_EQ(set(caller, 0, other, 0), 0);
  });
}

TEST(SchedCalls, ThreadsOfOtherUsersAreEperm) {
  in_a_process([](Caller& caller) {
    const std::int64_t roots = call(caller, nr::gettid);
    const std::int64_t child = fork(caller, [roots](Caller& stranger) {
      EXPECT_EQ(call(stranger, nr::setuid, 1000), 0);
      EXPECT_EQ(set(stranger, roots, batch, 0), failed(Errno::eperm));
      EXPECT_EQ(set(stranger, 0, batch, 0), 0);
      return 1;
    });
    EXPECT_EQ(wait_for(caller, child), 0x100);
  });
}

TEST(SchedCalls, ResetOnForkIsToldKeptAndObeyed) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(set(caller, 0, fifo | reset_on_fork, 5), 0);
    EXPECT_EQ(call(caller, nr::sched_getscheduler, 0), fifo | reset_on_fork);
    const std::int64_t child = fork(caller, [](Caller& inner) {
      EXPECT_EQ(call(inner, nr::sched_getscheduler, 0), other);
      EXPECT_EQ(inner.thread().entity.weight, 1024U);
      return 1;
    });
    EXPECT_EQ(wait_for(caller, child), 0x100);
    EXPECT_EQ(call(caller, nr::setpriority, 0, 0, -5), 0);
    EXPECT_EQ(set(caller, 0, other | reset_on_fork, 0), 0);
    const std::int64_t second = fork(caller, [](Caller& inner) {
      EXPECT_EQ(call(inner, nr::getpriority, 0, 0), 20);
      return 1;
    });
    EXPECT_EQ(wait_for(caller, second), 0x100);
    EXPECT_EQ(call(caller, nr::setuid, 1000), 0);
    EXPECT_EQ(set(caller, 0, other, 0), failed(Errno::eperm)) << "the flag is not taken off without privilege";
  });
}

TEST(SchedCalls, AttrsAreSetAndTold) {
  in_a_process([](Caller& caller) {
    SchedAttr attr;
    attr.base.size = sizeof(attr);
    attr.base.policy = batch;
    attr.base.nice = -100;
    attr.base.runtime = 3'000'000;
    EXPECT_EQ(set_attr(caller, attr), 0);
    SchedAttr told = attr_of(caller);
    EXPECT_EQ(told.base.size, 56U);
    EXPECT_EQ(told.base.policy, 3U);
    EXPECT_EQ(told.base.nice, -20) << "clamped";
    EXPECT_EQ(told.base.runtime, 3'000'000U);
    EXPECT_EQ(set_attr(caller, deadline_attr(2'000'000, 5'000'000, 0)), 0);
    told = attr_of(caller);
    EXPECT_EQ(told.base.policy, 6U);
    EXPECT_EQ(told.base.runtime, 2'000'000U);
    EXPECT_EQ(told.base.deadline, 5'000'000U);
    EXPECT_EQ(told.base.period, 5'000'000U) << "the deadline, if none was said";
    EXPECT_EQ(told.base.nice, 0) << "told for the classes that use it";
    EXPECT_EQ(set(caller, 0, fifo, 7), 0);
    EXPECT_EQ(attr_of(caller).base.priority, 7U);
    EXPECT_EQ(attr_of(caller).base.runtime, 0U);
  });
}

TEST(SchedCalls, OldCallersReadAndWriteTheShortStruct) {
  in_a_process([](Caller& caller) {
    std::array<SchedAttrVersion0, 2> attrs{};
    attrs[1] = {.size = 1, .policy = 2, .flags = 3, .nice = 4, .priority = 5, .runtime = 6, .deadline = 7, .period = 8};
    const SchedAttrVersion0 untouched = attrs[1];
    EXPECT_EQ(call(caller, nr::sched_getattr, 0, attrs.data(), 48, 0), 0);
    EXPECT_EQ(attrs[0].size, 48U);
    EXPECT_EQ(std::memcmp(&attrs[1], &untouched, sizeof(untouched)), 0);
    attrs[0].size = 0;
    attrs[0].nice = 4;
    EXPECT_EQ(call(caller, nr::sched_setattr, 0, attrs.data(), 0), 0);
    EXPECT_EQ(call(caller, nr::getpriority, 0, 0), 16);
  });
}

TEST(SchedCalls, AttrSizesBeyondWhatIsKnownMustBeZero) {
  in_a_process([](Caller& caller) {
    struct Longer {
      SchedAttr attr;
      std::uint64_t more = 0;
    } longer;
    longer.attr.base.size = sizeof(longer);
    EXPECT_EQ(call(caller, nr::sched_setattr, 0, &longer, 0), 0);
    longer.more = 1ULL << 63;
    EXPECT_EQ(call(caller, nr::sched_setattr, 0, &longer, 0), failed(Errno::e2big));
    EXPECT_EQ(longer.attr.base.size, 56U) << "tells what it knows";
    longer.attr.base.size = 47;
    EXPECT_EQ(call(caller, nr::sched_setattr, 0, &longer, 0), failed(Errno::e2big));
    longer.attr.base.size = 4097;
    EXPECT_EQ(call(caller, nr::sched_setattr, 0, &longer, 0), failed(Errno::e2big));
  });
}

TEST(SchedCalls, AttrArgumentsAreChecked) {
  in_a_process([](Caller& caller) {
    SchedAttr attr;
    EXPECT_EQ(call(caller, nr::sched_setattr, 0, nullptr, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_setattr, 0, &attr, 1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_setattr, 4000, &attr, 0), failed(Errno::esrch));
    attr.base.flags = 0x80;
    EXPECT_EQ(set_attr(caller, attr), failed(Errno::einval));
    attr.base.flags = 0x20;
    EXPECT_EQ(set_attr(caller, attr), failed(Errno::einval)) << "too short for clamps";
    attr.base.size = sizeof(attr);
    EXPECT_EQ(set_attr(caller, attr), failed(Errno::eopnotsupp));
    attr.base.flags = 0;
    attr.base.policy = 0x80000000;
    EXPECT_EQ(set_attr(caller, attr), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_getattr, 0, &attr, 47, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_getattr, 0, &attr, 4097, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_getattr, 0, &attr, 56, 1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_getattr, 4000, &attr, 56, 0), failed(Errno::esrch));
  });
}

TEST(SchedCalls, KeepFlagsLeaveWhatTheyName) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(set(caller, 0, fifo | reset_on_fork, 9), 0);
    SchedAttr attr;
    attr.base.policy = other;
    attr.base.flags = 0x08;
    attr.base.priority = 12;
    EXPECT_EQ(set_attr(caller, attr), 0) << "keeps the policy";
    EXPECT_EQ(caller.thread().entity.attributes, realtime(SchedClass::fifo, 12));
    EXPECT_TRUE(caller.thread().resets_on_fork);
    attr.base.flags = 0x18;
    attr.base.priority = 50;
    EXPECT_EQ(set_attr(caller, attr), 0) << "keeps policy and parameters";
    EXPECT_EQ(caller.thread().entity.attributes, realtime(SchedClass::fifo, 12));
  });
}

TEST(SchedCalls, DeadlineThreadsDoNotForkWithoutReset) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(set_attr(caller, deadline_attr(1'000'000, 5'000'000, 10'000'000)), 0);
    EXPECT_EQ(fork(caller, [](Caller&) {}), failed(Errno::eagain));
    EXPECT_EQ(create_thread(caller, [](Caller&) {}), failed(Errno::eagain));
    caller.thread().resets_on_fork = true;
    EXPECT_GT(fork(caller, [](Caller&) {}), 0);
  });
}

TEST(SchedCalls, PriorityRangesAreTold) {
  in_a_process([](Caller& caller) {
    for (const int policy : {fifo, round_robin}) {
      EXPECT_EQ(call(caller, nr::sched_get_priority_max, policy), 99);
      EXPECT_EQ(call(caller, nr::sched_get_priority_min, policy), 1);
    }
    for (const int policy : {other, batch, idle, deadline}) {
      EXPECT_EQ(call(caller, nr::sched_get_priority_max, policy), 0);
      EXPECT_EQ(call(caller, nr::sched_get_priority_min, policy), 0);
    }
    EXPECT_EQ(call(caller, nr::sched_get_priority_max, 4), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_get_priority_min, -1), failed(Errno::einval));
  });
}

// What sched_rr_get_interval tells of a thread that is SCHED_OTHER first and SCHED_RR then.
std::pair<Duration, Duration> slices_under(std::string_view policy) {
  std::pair<Duration, Duration> slices;
  MachineFixture fixture({.policy = policy, .config = {}});
  fixture.spawn([&](Caller& caller) {
    for (Duration* const slice : {&slices.first, &slices.second}) {
      TimeSpec told{-1, -1};
      EXPECT_EQ(call(caller, nr::sched_rr_get_interval, 0, &told), 0);
      *slice = told.seconds * 1_s + Duration(told.nanoseconds);
      EXPECT_EQ(set(caller, 0, round_robin, 1), 0);
    }
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  return slices;
}

TEST(SchedCalls, SlicesAreThoseOfThePolicy) {
  using Slices = std::pair<Duration, Duration>;
  EXPECT_EQ(slices_under("fcfs"), Slices(0_ns, 0_ns));
  EXPECT_EQ(slices_under("edf"), Slices(0_ns, 0_ns));
  EXPECT_EQ(slices_under("round_robin:quantum=1500ms"), Slices(1500_ms, 1500_ms));
  EXPECT_EQ(slices_under("lottery:quantum=7ms"), Slices(7_ms, 7_ms));
  EXPECT_EQ(slices_under("stride:quantum=7ms"), Slices(7_ms, 7_ms));
  EXPECT_EQ(slices_under("guaranteed:quantum=7ms"), Slices(7_ms, 7_ms));
  EXPECT_EQ(slices_under("priority"), Slices(0_ns, 0_ns));
  EXPECT_EQ(slices_under("priority:quantum=7ms"), Slices(7_ms, 7_ms));
  EXPECT_EQ(slices_under("mlfq:quantum=7ms"), Slices(7_ms, 7_ms));
  EXPECT_EQ(slices_under("bsd44:quantum=70ms"), Slices(70_ms, 70_ms));
  EXPECT_EQ(slices_under("cfs"), Slices(6_ms, 6_ms)) << "a lone thread has the whole latency";
  EXPECT_EQ(slices_under("eevdf:base_slice=900us"), Slices(900_us, 900_us));
  EXPECT_EQ(slices_under("linux_o1"), Slices(100_ms, 100_ms)) << "DEF_TIMESLICE at nice 0";
  EXPECT_EQ(slices_under("rt"), Slices(0_ns, 100_ms));
  EXPECT_EQ(slices_under("linux"), Slices(750_us, 100_ms)) << "its class's: base_slice, RR_TIMESLICE";
  EXPECT_EQ(slices_under("round_robin:quantum=7ms,queue_per=cpu,balance=none"), Slices(7_ms, 7_ms));
}

TEST(SchedCalls, SlicesAreAskedForAsInLinux) {
  in_a_process([](Caller& caller) {
    TimeSpec slice;
    EXPECT_EQ(call(caller, nr::sched_rr_get_interval, -1, &slice), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_rr_get_interval, 4711, &slice), failed(Errno::esrch));
    EXPECT_EQ(call(caller, nr::sched_rr_get_interval, 0, nullptr), failed(Errno::efault));
  });
}

TEST(SchedCalls, ChangesAreTraced) {
  MachineFixture fixture;
  const Process& process = fixture.spawn([](Caller& caller) {
    set(caller, 0, fifo, 8);
    set(caller, 0, fifo, 8);
  });
  const Tid tid(process.pid.value());
  fixture.finish();
  const auto told = fixture.trace().of(TraceKind::thread_attributes, tid);
  ASSERT_EQ(told.size(), 2U) << "once at the start, once at the change";
  EXPECT_EQ(told[0].b, 20U);
  EXPECT_EQ(told[1].detail, fifo);
  EXPECT_EQ(told[1].b, 8U);
}

TEST(SchedCalls, RaisedThreadPreemptsUnderAPriorityPolicy) {
  MachineOptions options;
  options.policy = "priority";
  MachineFixture fixture(options);
  std::array<Instant, 2> ended;
  fixture.spawn([&](Caller& caller) {
    set(caller, 0, fifo, 50);
    std::array<std::int64_t, 2> children{};
    for (std::size_t i = 0; i < 2; ++i) {
      ThreadRequest request = MachineFixture::request_of([&ended, i](Caller& inner) {
        compute(inner, 10_ms);
        ended[i] = inner.now();
      });
      request.attributes = SchedAttributes();
      children[i] = call(caller, nr::fork, &request);
    }
    sleep_for(caller, 1_ms);
    set(caller, children[1], fifo, 10);
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_EQ(ended[1], Instant() + 11_ms) << "what was behind goes first once it is raised";
  EXPECT_EQ(ended[0], Instant() + 20_ms);
}

}  // namespace signalbox::sched_calls_test
