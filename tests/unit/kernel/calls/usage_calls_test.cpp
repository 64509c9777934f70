#include "kernel/calls/usage_calls.hpp"

#include <gtest/gtest.h>

#include "kernel/calls/user_types.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::usage_calls_test {

namespace nr = call_number;

std::int64_t limit(Caller& caller, std::int64_t pid, Resource resource, const ResourceLimit* wanted,
                   ResourceLimit* old) {
  return call(caller, nr::prlimit64, pid, resource, wanted, old);
}

TEST(UsageCalls, LimitsBeginAsLinuxBeginsThem) {
  in_a_process([](Caller& caller) {
    ResourceLimit old;
    EXPECT_EQ(limit(caller, 0, Resource::nice, nullptr, &old), 0);
    EXPECT_EQ(old, (ResourceLimit{0, 0}));
    EXPECT_EQ(limit(caller, 0, Resource::open_files, nullptr, &old), 0);
    EXPECT_EQ(old, (ResourceLimit{1024, 4096}));
    EXPECT_EQ(limit(caller, 0, Resource::processes, nullptr, &old), 0);
    EXPECT_EQ(old, (ResourceLimit{unlimited, unlimited}));
  });
}

TEST(UsageCalls, LimitIsSetOldOneToldAndInherited) {
  in_a_process([](Caller& caller) {
    const ResourceLimit wanted{5, 10};
    ResourceLimit old{1, 1};
    EXPECT_EQ(limit(caller, 0, Resource::cpu, &wanted, &old), 0);
    EXPECT_EQ(old, (ResourceLimit{unlimited, unlimited}));
    const std::int64_t child = fork(caller, [](Caller& inner) {
      ResourceLimit inherited;
      EXPECT_EQ(limit(inner, 0, Resource::cpu, nullptr, &inherited), 0);
      EXPECT_EQ(inherited, (ResourceLimit{5, 10}));
      return 1;
    });
    EXPECT_EQ(wait_for(caller, child), 0x100);
  });
}

TEST(UsageCalls, HardLimitIsRaisedByThePrivilegedOnly) {
  in_a_process([](Caller& caller) {
    const ResourceLimit low{5, 10};
    const ResourceLimit high{5, 11};
    EXPECT_EQ(limit(caller, 0, Resource::cpu, &low, nullptr), 0);
    EXPECT_EQ(limit(caller, 0, Resource::cpu, &high, nullptr), 0);
    EXPECT_EQ(call(caller, nr::setuid, 1000), 0);
    EXPECT_EQ(limit(caller, 0, Resource::cpu, &low, nullptr), 0);
    EXPECT_EQ(limit(caller, 0, Resource::cpu, &high, nullptr), failed(Errno::eperm));
    const ResourceLimit soft{10, 10};
    EXPECT_EQ(limit(caller, 0, Resource::cpu, &soft, nullptr), 0);
  });
}

TEST(UsageCalls, BadLimitsAreRefused) {
  in_a_process([](Caller& caller) {
    const ResourceLimit inverted{11, 10};
    EXPECT_EQ(limit(caller, 0, Resource::cpu, &inverted, nullptr), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::prlimit64, 0, 16, nullptr, nullptr), failed(Errno::einval));
    EXPECT_EQ(limit(caller, 4000, Resource::cpu, nullptr, nullptr), failed(Errno::esrch));
  });
}

TEST(UsageCalls, LimitsOfOthersNeedTheSameIds) {
  in_a_process([](Caller& caller) {
    const std::int64_t root = call(caller, nr::getpid);
    const std::int64_t child = fork(caller, [root](Caller& inner) {
      EXPECT_EQ(call(inner, nr::setuid, 1000), 0);
      const std::int64_t own = fork(inner, [](Caller& other) { sleep_for(other, 1_ms); });
      EXPECT_EQ(limit(inner, root, Resource::cpu, nullptr, nullptr), failed(Errno::eperm));
      EXPECT_EQ(limit(inner, own, Resource::cpu, nullptr, nullptr), 0);
      return 1;
    });
    EXPECT_EQ(wait_for(caller, child), 0x100);
  });
}

TEST(UsageCalls, UsageIncludesTheCurrentStretchByMode) {
  in_a_process([](Caller& caller) {
    compute(caller, 3_ms);
    caller.charge(2_ms, Mode::kernel);
    ResourceUsage usage;
    EXPECT_EQ(call(caller, nr::getrusage, 0, &usage), 0);
    EXPECT_EQ(usage.user, (TimeVal{0, 3000}));
    EXPECT_EQ(usage.kernel, (TimeVal{0, 2000}));
  });
}

TEST(UsageCalls, UsageOfThreadProcessAndChildrenDiffer) {
  in_a_process([](Caller& caller) {
    const std::int64_t tid = create_thread(caller, [](Caller& other) { compute(other, 5_ms); });
    EXPECT_EQ(join(caller, tid), 0);
    compute(caller, 1_ms);
    const std::int64_t child = fork(caller, [](Caller& inner) { compute(inner, 7_ms); });
    ResourceUsage usage;
    EXPECT_EQ(call(caller, nr::getrusage, -1, &usage), 0);
    EXPECT_EQ(usage.user, (TimeVal{})) << "counted when it is waited for";
    wait_for(caller, child);
    EXPECT_EQ(call(caller, nr::getrusage, -1, &usage), 0);
    EXPECT_EQ(usage.user, (TimeVal{0, 7000}));
    EXPECT_EQ(call(caller, nr::getrusage, 1, &usage), 0);
    EXPECT_EQ(usage.user, (TimeVal{0, 1000}));
    EXPECT_EQ(call(caller, nr::getrusage, 0, &usage), 0);
    EXPECT_EQ(usage.user, (TimeVal{0, 6000}));
    EXPECT_EQ(call(caller, nr::getrusage, 2, &usage), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::getrusage, 0, nullptr), failed(Errno::efault));
  });
}

TEST(UsageCalls, TimesCountsTicksOfAHundredthSecond) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      compute(inner, 40_ms);
      inner.charge(30_ms, Mode::kernel);
    });
    wait_for(caller, child);
    compute(caller, 29_ms);
    caller.charge(10_ms, Mode::kernel);
    ProcessTicks ticks;
    EXPECT_EQ(call(caller, nr::times, &ticks), 10) << "109 ms after the start";
    EXPECT_EQ(ticks.user, 2);
    EXPECT_EQ(ticks.kernel, 1);
    EXPECT_EQ(ticks.children_user, 4);
    EXPECT_EQ(ticks.children_kernel, 3);
    EXPECT_EQ(call(caller, nr::times, nullptr), 10);
  });
}

TEST(UsageCalls, NobodyHasMoreDescriptorsThanTheKernelAllows) {
  in_a_process([](Caller& caller) {
    const ResourceLimit most{1'048'576, 1'048'576};
    const ResourceLimit more{5, 1'048'577};
    const ResourceLimit endless{unlimited, unlimited};
    const ResourceLimit inverted{unlimited, 1'048'577};
    EXPECT_EQ(limit(caller, 0, Resource::open_files, &most, nullptr), 0);
    EXPECT_EQ(limit(caller, 0, Resource::open_files, &more, nullptr), failed(Errno::eperm));
    EXPECT_EQ(limit(caller, 0, Resource::open_files, &endless, nullptr), failed(Errno::eperm));
    EXPECT_EQ(limit(caller, 0, Resource::open_files, &inverted, nullptr), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::dup2, 0, 0x7fff'ffff), failed(Errno::ebadf));
  });
}

}  // namespace signalbox::usage_calls_test
