#include "kernel/calls/affinity_calls.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::affinity_calls_test {

namespace nr = call_number;

using Words = std::array<std::uint64_t, 4>;

std::int64_t set(Caller& caller, std::int64_t tid, Words mask, std::uint32_t bytes = sizeof(Words)) {
  return call(caller, nr::sched_setaffinity, tid, bytes, mask.data());
}
Words get(Caller& caller) {
  Words mask{};
  EXPECT_GT(call(caller, nr::sched_getaffinity, 0, sizeof(mask), mask.data()), 0);
  return mask;
}

template <class Body>
void on_a_machine(unsigned cpus, Body body) {
  MachineOptions options;
  options.config.topology = Topology::uniform(cpus);
  MachineFixture fixture(options);
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    body(caller);
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

TEST(AffinityCalls, AllCpusAtFirst) {
  on_a_machine(3, [](Caller& caller) {
    EXPECT_EQ(get(caller), (Words{7}));
    Words mask{};
    EXPECT_EQ(call(caller, nr::sched_getaffinity, 0, sizeof(mask), mask.data()), 8) << "the kernel's own mask";
  });
}

TEST(AffinityCalls, RunningThreadMovesToWhereItIsAllowed) {
  on_a_machine(2, [](Caller& caller) {
    EXPECT_EQ(caller.thread().entity.cpu, CpuId(0));
    EXPECT_EQ(set(caller, 0, {2}), 0);
    EXPECT_EQ(caller.thread().entity.cpu, CpuId(1));
    EXPECT_EQ(get(caller), (Words{2}));
    compute(caller, 1_ms);
    EXPECT_EQ(caller.thread().entity.cpu, CpuId(1));
  });
}

TEST(AffinityCalls, SleepingAndQueuedThreadsObey) {
  on_a_machine(2, [](Caller& caller) {
    const std::int64_t sleeper = create_thread(caller, [](Caller& other) {
      sleep_for(other, 1_ms);
      EXPECT_EQ(other.thread().entity.cpu, CpuId(0));
    });
    const std::int64_t busy = create_thread(caller, [](Caller& other) { compute(other, 10_ms); });
    const std::int64_t queued = create_thread(caller, [](Caller& other) {
      EXPECT_EQ(other.thread().entity.cpu, CpuId(1));
      EXPECT_EQ(other.now(), Instant() + 10_ms) << "after the busy one";
    });
    EXPECT_EQ(set(caller, busy, {2}), 0);
    EXPECT_EQ(set(caller, queued, {2}), 0);
    sleep_for(caller, 500_us);
    EXPECT_EQ(set(caller, sleeper, {1}), 0);
    for (const std::int64_t tid : {sleeper, busy, queued}) EXPECT_EQ(join(caller, tid), 0);
  });
}

TEST(AffinityCalls, BitsBeyondTheMachineAndBeyondTheLengthSayNothing) {
  on_a_machine(2, [](Caller& caller) {
    EXPECT_EQ(set(caller, 0, {~std::uint64_t{3}}), failed(Errno::einval));
    EXPECT_EQ(set(caller, 0, {0xfff5}), 0);
    EXPECT_EQ(get(caller), (Words{1}));
    EXPECT_EQ(set(caller, 0, {3}, 0), failed(Errno::einval)) << "an empty mask";
    EXPECT_EQ(set(caller, 0, {3}, 1), 0) << "shorter than the kernel's: the rest is zero";
    EXPECT_EQ(get(caller), (Words{3}));
  });
}

TEST(AffinityCalls, MasksOfManyCpusHaveSeveralWords) {
  on_a_machine(130, [](Caller& caller) {
    Words mask{};
    EXPECT_EQ(call(caller, nr::sched_getaffinity, 0, 16, mask.data()), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_getaffinity, 0, 24, mask.data()), 24);
    EXPECT_EQ(mask, (Words{~0ULL, ~0ULL, 3}));
    EXPECT_EQ(set(caller, 0, {0, 0, 2}), 0);
    EXPECT_EQ(caller.thread().entity.cpu, CpuId(129));
    EXPECT_EQ(get(caller), (Words{0, 0, 2}));
  });
}

TEST(AffinityCalls, ArgumentsAreCheckedInLinuxOrder) {
  on_a_machine(2, [](Caller& caller) {
    Words mask{};
    EXPECT_EQ(call(caller, nr::sched_getaffinity, 0, 12, mask.data()), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_getaffinity, 0, 0, mask.data()), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::sched_getaffinity, 4000, 8, nullptr), failed(Errno::esrch));
    EXPECT_EQ(call(caller, nr::sched_getaffinity, 0, 8, nullptr), failed(Errno::efault));
    EXPECT_EQ(call(caller, nr::sched_setaffinity, 4000, 8, nullptr), failed(Errno::efault));
    EXPECT_EQ(set(caller, 4000, {}), failed(Errno::esrch)) << "before the empty mask";
    EXPECT_EQ(set(caller, -1, {1}), failed(Errno::esrch));
  });
}

TEST(AffinityCalls, OthersThreadsAreEpermAndDeadlineOnesKeepEveryCpu) {
  on_a_machine(2, [](Caller& caller) {
    const std::int64_t roots = call(caller, nr::gettid);
    const std::int64_t child = fork(caller, [roots](Caller& inner) {
      call(inner, nr::setuid, 1000);
      EXPECT_EQ(set(inner, roots, {1}), failed(Errno::eperm));
      EXPECT_EQ(set(inner, 0, {1}), 0);
      return 1;
    });
    EXPECT_EQ(wait_for(caller, child), 0x100);
    caller.thread().normal.sched_class = SchedClass::deadline;
    EXPECT_EQ(set(caller, 0, {1}), failed(Errno::ebusy));
    EXPECT_EQ(set(caller, 0, {3}), 0);
  });
}

// kernel/sched/syscalls.c, __sched_setaffinity and cpuset_cpus_allowed.
TEST(AffinityCalls, CpusetIsTheMostThatAThreadGets) {
  MachineOptions options;
  options.config.topology = Topology::uniform(4);
  options.groups = {{.path = "/low", .cpus = CpuMask::first(2)}, {.path = "/one", .cpus = CpuMask::first(1)}};
  MachineFixture fixture(options);
  Reached reached;
  ThreadRequest request = MachineFixture::request_of([&](Caller& caller) {
    const auto get = [&] {
      std::uint64_t mask = 0;
      EXPECT_EQ(call(caller, nr::sched_getaffinity, 0, sizeof mask, &mask), static_cast<int>(sizeof mask));
      return mask;
    };
    EXPECT_EQ(get(), 0b0011U);
    EXPECT_EQ(set(caller, 0, {0b1100}), failed(Errno::einval));
    EXPECT_EQ(set(caller, 0, {0b1110}), 0);
    EXPECT_EQ(get(), 0b0010U);
    const std::int64_t child =
        fork(caller, [&](Caller& inner) { EXPECT_EQ(inner.thread().entity.group, TaskGroupId(1)); });
    EXPECT_EQ(wait_for(caller, child), 0);
    caller.kernel().set_group(caller.thread(), TaskGroupId(2));
    EXPECT_EQ(get(), 0b0001U) << "nothing in common with what it asked for";
    caller.kernel().set_group(caller.thread(), TaskGroupId());
    EXPECT_EQ(get(), 0b1110U) << "what it asked for is not forgotten";
    reached.mark();
  });
  request.group = TaskGroupId(1);
  fixture.spawn(std::move(request));
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

}  // namespace signalbox::affinity_calls_test
