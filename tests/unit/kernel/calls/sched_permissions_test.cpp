#include "kernel/calls/sched_permissions.hpp"

#include <gtest/gtest.h>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::sched_permissions_test {

Credentials user(std::uint32_t real, std::uint32_t effective) {
  Credentials credentials;
  credentials.real_user = credentials.saved_user = UserId(real);
  credentials.effective_user = UserId(effective);
  return credentials;
}

TEST(SchedPermissions, OwnerIsTheEffectiveUserAgainstRealOrEffective) {
  EXPECT_TRUE(may_schedule(user(5, 0), user(9, 9))) << "privileged";
  EXPECT_TRUE(may_schedule(user(1, 5), user(5, 9)));
  EXPECT_TRUE(may_schedule(user(1, 5), user(9, 5)));
  EXPECT_FALSE(may_schedule(user(5, 1), user(5, 5))) << "the caller's real user does not count";
}

TEST(SchedPermissions, NiceLimitCountsDownFromTwenty) {
  MachineFixture fixture;
  Process& process = fixture.spawn([](Caller&) {});
  EXPECT_FALSE(is_nice_allowed(process, 19));
  process.limits.set(Resource::nice, {1, 40});
  EXPECT_TRUE(is_nice_allowed(process, 19));
  EXPECT_FALSE(is_nice_allowed(process, 18));
  process.limits.set(Resource::nice, {40, 40});
  EXPECT_TRUE(is_nice_allowed(process, -20));
}

TEST(SchedPermissions, UnprivilegedMayBecomeNicerOnly) {
  MachineFixture fixture;
  Process& process = fixture.spawn([](Caller&) {});
  process.credentials = user(5, 5);
  Thread& thread = *process.leader();
  EXPECT_TRUE(may_set_attributes(user(5, 5), thread, nice_of(5), false).has_value());
  EXPECT_TRUE(may_set_attributes(user(5, 5), thread, nice_of(0), false).has_value());
  EXPECT_EQ(may_set_attributes(user(5, 5), thread, nice_of(-1), false).error(), Errno::eperm);
  EXPECT_TRUE(may_set_attributes(user(5, 0), thread, nice_of(-1), false).has_value());
  process.limits.set(Resource::nice, {21, 21});
  EXPECT_TRUE(may_set_attributes(user(5, 5), thread, nice_of(-1), false).has_value());
}

TEST(SchedPermissions, UnprivilegedNeverBecomesDeadline) {
  MachineFixture fixture;
  Process& process = fixture.spawn([](Caller&) {});
  process.credentials = user(5, 5);
  SchedAttributes wanted;
  wanted.sched_class = SchedClass::deadline;
  EXPECT_EQ(may_set_attributes(user(5, 5), *process.leader(), wanted, false).error(), Errno::eperm);
  EXPECT_TRUE(may_set_attributes(user(0, 0), *process.leader(), wanted, false).has_value());
}

TEST(SchedPermissions, ResetFlagStaysForTheUnprivileged) {
  MachineFixture fixture;
  Process& process = fixture.spawn([](Caller&) {});
  process.credentials = user(5, 5);
  Thread& thread = *process.leader();
  thread.resets_on_fork = true;
  EXPECT_EQ(may_set_attributes(user(5, 5), thread, {}, false).error(), Errno::eperm);
  EXPECT_TRUE(may_set_attributes(user(5, 5), thread, {}, true).has_value());
}

}  // namespace signalbox::sched_permissions_test
