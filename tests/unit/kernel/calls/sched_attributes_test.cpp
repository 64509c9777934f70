#include "kernel/calls/sched_attributes.hpp"

#include <gtest/gtest.h>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::sched_attributes_test {

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

TEST(SchedAttributes, DeadlineThreadsAreAdmittedUpToNinetyPercent) {
  MachineFixture fixture;
  Thread& first = some_thread(fixture);
  Thread& second = some_thread(fixture);
  Kernel& kernel = fixture.machine();
  const Credentials root;
  EXPECT_EQ(change_scheduling(kernel, root, first, deadline_change(60'000'000, 100'000'000, 0)), 0);
  EXPECT_EQ(change_scheduling(kernel, root, second, deadline_change(31'000'000, 100'000'000, 0)).error(), Errno::ebusy);
  EXPECT_EQ(second.entity.attributes.sched_class, SchedClass::other);
  EXPECT_EQ(change_scheduling(kernel, root, second, deadline_change(29'000'000, 100'000'000, 0)), 0);
  EXPECT_EQ(change_scheduling(kernel, root, first, deadline_change(61'000'000, 100'000'000, 0)), 0)
      << "its own is freed";
  EXPECT_EQ(change_scheduling(kernel, root, first, deadline_change(62'000'000, 100'000'000, 0)).error(), Errno::ebusy);
}

// kernel/sched/syscalls.c, __sched_setscheduler: what makes no sense, who may not, the affinity, the bandwidth.
TEST(SchedAttributes, ChecksComeInLinuxOrder) {
  MachineOptions options;
  options.config.topology = Topology::uniform(2);
  MachineFixture fixture(options);
  Thread& thread = some_thread(fixture);
  Kernel& kernel = fixture.machine();
  Credentials user;
  user.real_user = user.effective_user = UserId(7);
  const SchedChange far_too_much = deadline_change(100'000'000, 100'000'000, 0);
  EXPECT_EQ(change_scheduling(kernel, Credentials(), some_thread(fixture), far_too_much), 0);
  kernel.set_affinity(thread, kernel.affinities().intern(CpuMask::first(1)));
  EXPECT_EQ(change_scheduling(kernel, user, thread, deadline_change(1, 0, 0)).error(), Errno::einval);
  EXPECT_EQ(change_scheduling(kernel, Credentials(), thread, far_too_much).error(), Errno::eperm);
  kernel.set_affinity(thread, AffinityId());
  EXPECT_EQ(change_scheduling(kernel, user, thread, far_too_much).error(), Errno::eperm);
  EXPECT_EQ(change_scheduling(kernel, Credentials(), thread, far_too_much).error(), Errno::ebusy);
}

TEST(SchedAttributes, BandwidthIsFreeAfterAnExitAndAChangeOfClass) {
  MachineFixture fixture;
  Thread& first = some_thread(fixture);
  Thread& second = some_thread(fixture);
  Kernel& kernel = fixture.machine();
  const SchedChange most = deadline_change(90'000'000, 100'000'000, 0);
  EXPECT_EQ(change_scheduling(kernel, Credentials(), first, most), 0);
  EXPECT_EQ(change_scheduling(kernel, Credentials(), second, most).error(), Errno::ebusy);
  SchedChange other;
  other.policy = 0;
  EXPECT_EQ(change_scheduling(kernel, Credentials(), first, other), 0);
  EXPECT_EQ(change_scheduling(kernel, Credentials(), second, most), 0);
  fixture.run();
  EXPECT_EQ(change_scheduling(kernel, Credentials(), some_thread(fixture), most), 0);
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

}  // namespace signalbox::sched_attributes_test
