#include "kernel/calls/sched_attributes.hpp"

#include <gtest/gtest.h>

#include "tests/support/machine_fixture.hpp"

namespace signalbox {
namespace {

SchedChange deadline_change(std::uint64_t runtime, std::uint64_t deadline, std::uint64_t period) {
  SchedChange change;
  change.policy = 6;
  change.runtime = runtime;
  change.deadline = deadline;
  change.period = period;
  return change;
}

// A thread that need not run.
Thread& some_thread(MachineFixture& fixture) {
  return *fixture.spawn([](Caller&) {}).leader();
}

bool is_sound(const SchedChange& change) {
  MachineFixture fixture;
  return changed_attributes(some_thread(fixture), change).has_value();
}

TEST(SchedAttributes, ClassesAreLinuxNumbers) {
  EXPECT_EQ(sched_class_of(0), SchedClass::other);
  EXPECT_EQ(sched_class_of(6), SchedClass::deadline);
  EXPECT_EQ(sched_class_of(4), std::nullopt);
  EXPECT_EQ(sched_class_of(7), std::nullopt);
  EXPECT_EQ(sched_class_of(-1), std::nullopt);
}

TEST(SchedAttributes, DeadlineParametersAreOrdered) {
  EXPECT_TRUE(is_sound(deadline_change(1024, 100'000, 100'000)));
  EXPECT_TRUE(is_sound(deadline_change(100'000, 100'000, 0))) << "no period: the deadline";
  EXPECT_FALSE(is_sound(deadline_change(1023, 100'000, 100'000))) << "runtime too short";
  EXPECT_FALSE(is_sound(deadline_change(1024, 0, 100'000))) << "no deadline";
  EXPECT_FALSE(is_sound(deadline_change(200'000, 150'000, 300'000))) << "runtime beyond deadline";
  EXPECT_FALSE(is_sound(deadline_change(1024, 300'000, 200'000))) << "deadline beyond period";
}

TEST(SchedAttributes, DeadlinePeriodsAreBounded) {
  EXPECT_FALSE(is_sound(deadline_change(1024, 99'999, 0)));
  EXPECT_TRUE(is_sound(deadline_change(1024, 100'000, 4'194'304'000)));
  EXPECT_FALSE(is_sound(deadline_change(1024, 100'000, 4'194'304'001)));
  EXPECT_FALSE(is_sound(deadline_change(1024, 1ULL << 63, 0)));
}

TEST(SchedAttributes, CustomSliceIsClampedAndOnlyForFairClasses) {
  MachineFixture fixture;
  Thread& thread = some_thread(fixture);
  SchedChange change;
  change.policy = 3;
  change.runtime = 1;
  EXPECT_EQ(changed_attributes(thread, change)->runtime, 100_us);
  change.runtime = 200'000'000;
  EXPECT_EQ(changed_attributes(thread, change)->runtime, 100_ms);
  change.runtime = 0;
  EXPECT_EQ(changed_attributes(thread, change)->runtime, 0_ns) << "the policy's own";
  change.runtime = 5'000'000;
  change.policy = 5;
  EXPECT_EQ(changed_attributes(thread, change)->runtime, 0_ns);
}

TEST(SchedAttributes, NiceIsLeftAloneByClassesThatDoNotUseIt) {
  MachineFixture fixture;
  Thread& thread = some_thread(fixture);
  thread.normal.nice = 7;
  SchedChange change;
  change.nice = 3;
  change.policy = 0;
  EXPECT_EQ(changed_attributes(thread, change)->nice, 3);
  change.policy = 5;
  EXPECT_EQ(changed_attributes(thread, change)->nice, 7);
  change.policy = 1;
  change.priority = 1;
  EXPECT_EQ(changed_attributes(thread, change)->nice, 7);
}

TEST(SchedAttributes, DeadlineThreadsAreAdmittedUpToNinetyFivePercent) {
  MachineFixture fixture;
  Thread& first = some_thread(fixture);
  Thread& second = some_thread(fixture);
  Kernel& kernel = fixture.machine();
  const Credentials root;
  EXPECT_EQ(change_scheduling(kernel, root, first, deadline_change(60'000'000, 100'000'000, 0)), 0);
  EXPECT_EQ(change_scheduling(kernel, root, second, deadline_change(36'000'000, 100'000'000, 0)).error(), Errno::ebusy);
  EXPECT_EQ(second.entity.attributes.sched_class, SchedClass::other);
  EXPECT_EQ(change_scheduling(kernel, root, second, deadline_change(34'000'000, 100'000'000, 0)), 0);
  EXPECT_EQ(change_scheduling(kernel, root, first, deadline_change(61'000'000, 100'000'000, 0)), 0)
      << "its own is freed";
  EXPECT_EQ(change_scheduling(kernel, root, first, deadline_change(62'000'000, 100'000'000, 0)).error(), Errno::ebusy);
}

TEST(SchedAttributes, SlowCpusAdmitLess) {
  MachineOptions options;
  options.config.topology = Topology({CpuPlace{}, CpuPlace{0, 0, NodeId(), 512}});
  MachineFixture fixture(options);
  Thread& thread = some_thread(fixture);
  SchedAttributes wanted;
  wanted.sched_class = SchedClass::deadline;
  wanted.deadline = wanted.period = 10_ms;
  wanted.runtime = 10_ms;
  EXPECT_TRUE(is_admissible(fixture.machine(), thread, wanted));
  Thread& other = some_thread(fixture);
  other.normal = wanted;
  EXPECT_FALSE(is_admissible(fixture.machine(), thread, wanted)) << "2 of 1.425";
  wanted.runtime = 4_ms;
  EXPECT_TRUE(is_admissible(fixture.machine(), thread, wanted)) << "1.4 of 1.425";
}

TEST(SchedAttributes, DeadlineNeedsEveryCpu) {
  MachineOptions options;
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  Thread& thread = some_thread(fixture);
  Kernel& kernel = fixture.machine();
  kernel.set_affinity(thread, kernel.affinities().intern(CpuMask::first(1)));
  const SchedChange change = deadline_change(1'000'000, 10'000'000, 0);
  EXPECT_EQ(change_scheduling(kernel, Credentials(), thread, change).error(), Errno::eperm);
  kernel.set_affinity(thread, AffinityId());
  EXPECT_EQ(change_scheduling(kernel, Credentials(), thread, change), 0);
}

}  // namespace
}  // namespace signalbox
