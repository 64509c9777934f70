#include "kernel/calls/group_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/machine_fixture.hpp"
#include "tests/support/memory_machine.hpp"

namespace signalbox::group_calls_test {

namespace nr = call_number;

void sleep_long(Caller& caller) { sleep_for(caller, 1_s); }

template <class Body>
void with_own_pid(Body body) {
  in_a_process([&](Caller& caller) { body(caller, call(caller, nr::getpid)); });
}

TEST(GroupCalls, ChildrenInheritGroupAndSession) {
  with_own_pid([](Caller& caller, std::int64_t) {
    EXPECT_EQ(call(caller, nr::getpgrp), 1);
    EXPECT_EQ(call(caller, nr::getsid, 0), 1);
    const std::int64_t child = fork(caller, sleep_long);
    EXPECT_EQ(call(caller, nr::getpgid, child), 1);
  });
}

TEST(GroupCalls, SetpgidMakesAndJoinsGroups) {
  with_own_pid([](Caller& caller, std::int64_t self) {
    EXPECT_EQ(call(caller, nr::setpgid, 0, 0), 0);
    EXPECT_EQ(call(caller, nr::getpgrp), self);
    const std::int64_t first = fork(caller, sleep_long);
    const std::int64_t second = fork(caller, sleep_long);
    EXPECT_EQ(call(caller, nr::setpgid, first, 0), 0);
    EXPECT_EQ(call(caller, nr::setpgid, second, first), 0);
    EXPECT_EQ(call(caller, nr::getpgid, second), first);
    EXPECT_EQ(call(caller, nr::getpgid, 0), self);
  });
}

TEST(GroupCalls, SetpgidRefusesWhatIsNotItsOwn) {
  with_own_pid([](Caller& caller, std::int64_t self) {
    EXPECT_EQ(call(caller, nr::setpgid, 0, -1), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::setpgid, 4000, 0), failed(Errno::esrch));
    EXPECT_EQ(call(caller, nr::setpgid, 1, 0), failed(Errno::esrch)) << "not a child";
    EXPECT_EQ(call(caller, nr::setpgid, 0, 4000), failed(Errno::eperm)) << "no such group";
    const std::int64_t thread = create_thread(caller, sleep_long);
    EXPECT_EQ(call(caller, nr::setpgid, thread, 0), failed(Errno::einval));
    EXPECT_EQ(call(caller, nr::getpgrp), 1);
    EXPECT_NE(self, 1);
  });
}

TEST(GroupCalls, SessionLeadersAndOtherSessionsAreEperm) {
  with_own_pid([](Caller& caller, std::int64_t) {
    const std::int64_t leader = fork(caller, [](Caller& inner) {
      const std::int64_t self = call(inner, nr::getpid);
      EXPECT_EQ(call(inner, nr::setsid), self);
      EXPECT_EQ(call(inner, nr::getsid, 0), self);
      EXPECT_EQ(call(inner, nr::getpgrp), self);
      EXPECT_EQ(call(inner, nr::setsid), failed(Errno::eperm)) << "leads one already";
      EXPECT_EQ(call(inner, nr::setpgid, 0, 0), failed(Errno::eperm)) << "leads a session";
      const std::int64_t grandchild = fork(inner, sleep_long);
      EXPECT_EQ(call(inner, nr::setpgid, grandchild, 1), failed(Errno::eperm)) << "a group of another session";
      sleep_long(inner);
    });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(call(caller, nr::setpgid, leader, 0), failed(Errno::eperm)) << "a child in another session";
    EXPECT_EQ(call(caller, nr::getsid, leader), leader);
  });
}

TEST(GroupCalls, ChildThatHasExecutedIsEacces) {
  in_memory([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      EXPECT_EQ(call(inner, nr::execve), 0);
      sleep_for(inner, 2_ms);
      EXPECT_EQ(call(inner, nr::setpgid, 0, 0), 0) << "itself it may move";
    });
    EXPECT_EQ(call(caller, nr::setpgid, child, child), 0);
    sleep_for(caller, 1_ms);
    EXPECT_EQ(call(caller, nr::setpgid, child, child), failed(Errno::eacces));
    EXPECT_EQ(wait_for(caller, child), 0);
  });
}

TEST(GroupCalls, SetsidOfAGroupLeaderIsEperm) {
  with_own_pid([](Caller& caller, std::int64_t) {
    EXPECT_EQ(call(caller, nr::setpgid, 0, 0), 0);
    EXPECT_EQ(call(caller, nr::setsid), failed(Errno::eperm));
    EXPECT_EQ(call(caller, nr::getsid, 0), 1);
  });
}

TEST(GroupCalls, SetsidIsEpermWhileAnotherProcessKeepsTheGroup) {
  with_own_pid([](Caller& caller, std::int64_t self) {
    EXPECT_EQ(call(caller, nr::setpgid, 0, 0), 0);
    fork(caller, sleep_long);
    EXPECT_EQ(call(caller, nr::setpgid, 0, 1), 0);
    EXPECT_EQ(call(caller, nr::setsid), failed(Errno::eperm)) << "the child is still in the group " << self;
  });
}

TEST(GroupCalls, UnknownProcessIsEsrch) {
  with_own_pid([](Caller& caller, std::int64_t) {
    EXPECT_EQ(call(caller, nr::getpgid, 4000), failed(Errno::esrch));
    EXPECT_EQ(call(caller, nr::getsid, -1), failed(Errno::esrch));
  });
}

}  // namespace signalbox::group_calls_test
