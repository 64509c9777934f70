#include "kernel/calls/identity_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::identity_calls_test {

namespace nr = call_number;

TEST(IdentityCalls, RootGivesUpAllThreeIdsForGood) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::getuid), 0);
    EXPECT_EQ(call(caller, nr::setuid, 1000), 0);
    EXPECT_EQ(call(caller, nr::getuid), 1000);
    EXPECT_EQ(call(caller, nr::geteuid), 1000);
    EXPECT_EQ(call(caller, nr::setuid, 0), failed(Errno::eperm));
    EXPECT_EQ(call(caller, nr::setuid, 1000), 0);
  });
}

TEST(IdentityCalls, UnprivilegedSwitchesBetweenRealAndSavedOnly) {
  in_a_process([](Caller& caller) {
    caller.process().credentials.real_user = UserId(10);
    caller.process().credentials.effective_user = UserId(30);
    caller.process().credentials.saved_user = UserId(20);
    EXPECT_EQ(call(caller, nr::setuid, 30), failed(Errno::eperm));
    EXPECT_EQ(call(caller, nr::setuid, 20), 0);
    EXPECT_EQ(call(caller, nr::geteuid), 20);
    EXPECT_EQ(call(caller, nr::getuid), 10);
    EXPECT_EQ(call(caller, nr::setuid, 10), 0);
    EXPECT_EQ(call(caller, nr::geteuid), 10);
    EXPECT_EQ(caller.process().credentials.saved_user, UserId(20));
  });
}

TEST(IdentityCalls, GroupsFollowTheSameRule) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::setgid, 5), 0);
    EXPECT_EQ(call(caller, nr::getgid), 5);
    EXPECT_EQ(call(caller, nr::getegid), 5);
    EXPECT_EQ(caller.process().credentials.saved_group, GroupId(5));
    caller.process().credentials.real_group = GroupId(6);
    EXPECT_EQ(call(caller, nr::setuid, 1000), 0);
    EXPECT_EQ(call(caller, nr::setgid, 7), failed(Errno::eperm));
    EXPECT_EQ(call(caller, nr::setgid, 6), 0);
    EXPECT_EQ(call(caller, nr::getegid), 6);
    EXPECT_EQ(call(caller, nr::setgid, 5), 0);
    EXPECT_EQ(call(caller, nr::getegid), 5);
  });
}

TEST(IdentityCalls, MinusOneIsNobody) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(call(caller, nr::setuid, -1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::setgid, -1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::getuid), 0);
  });
}

TEST(IdentityCalls, ThreadsCountForTheirNewUser) {
  in_a_process([](Caller& caller) {
    const ResourceLimit three{3, 3};
    EXPECT_EQ(call(caller, nr::prlimit64, 0, Resource::processes, &three, nullptr), 0);
    create_thread(caller, [](Caller& other) { sleep_for(other, 1_ms); });
    EXPECT_EQ(call(caller, nr::setuid, 1000), 0);
    EXPECT_GT(fork(caller, [](Caller& other) { sleep_for(other, 1_ms); }), 0);
    EXPECT_EQ(fork(caller, [](Caller&) {}), failed(Errno::eagain)) << "two of before the change and one of after it";
    sleep_for(caller, 2_ms);
    EXPECT_GT(fork(caller, [](Caller&) {}), 0) << "those who ended have left the account they were in";
  });
}

}  // namespace signalbox::identity_calls_test
