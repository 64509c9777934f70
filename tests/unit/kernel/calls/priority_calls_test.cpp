#include "kernel/calls/priority_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::priority_calls_test {

namespace nr = call_number;

constexpr int of_thread = 0;
constexpr int of_group = 1;
constexpr int of_user = 2;

std::int64_t get(Caller& caller, int which, std::int64_t who) { return call(caller, nr::getpriority, which, who); }
std::int64_t set(Caller& caller, int which, std::int64_t who, int nice) {
  return call(caller, nr::setpriority, which, who, nice);
}
void sleep_long(Caller& caller) { sleep_for(caller, 1_s); }

TEST(PriorityCalls, RawAnswerIsTwentyLessNice) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(get(caller, of_thread, 0), 20);
    EXPECT_EQ(set(caller, of_thread, 0, -20), 0);
    EXPECT_EQ(get(caller, of_thread, 0), 40);
    EXPECT_EQ(caller.thread().entity.weight, 88761U);
    EXPECT_EQ(set(caller, of_thread, 0, 1000), 0);
    EXPECT_EQ(get(caller, of_thread, 0), 1);
    EXPECT_EQ(set(caller, of_thread, 0, -1000), 0);
    EXPECT_EQ(get(caller, of_thread, 0), 40);
  });
}

TEST(PriorityCalls, ProcessMeansOneThread) {
  in_a_process([](Caller& caller) {
    const std::int64_t tid = create_thread(caller, sleep_long);
    EXPECT_EQ(set(caller, of_thread, tid, 7), 0);
    EXPECT_EQ(get(caller, of_thread, tid), 13);
    EXPECT_EQ(get(caller, of_thread, 0), 20);
  });
}

TEST(PriorityCalls, GroupMeansAllItsThreadsAndTellsTheBest) {
  in_a_process([](Caller& caller) {
    call(caller, nr::setpgid, 0, 0);
    const std::int64_t group = call(caller, nr::getpgrp);
    const std::int64_t child = fork(caller, sleep_long);
    create_thread(caller, sleep_long);
    EXPECT_EQ(set(caller, of_group, 0, 5), 0);
    EXPECT_EQ(get(caller, of_thread, child), 15);
    EXPECT_EQ(set(caller, of_thread, child, 2), 0);
    EXPECT_EQ(get(caller, of_group, group), 18);
    EXPECT_EQ(get(caller, of_group, 4000), failed(Errno::esrch));
    EXPECT_EQ(set(caller, of_group, 4000, 0), failed(Errno::esrch));
  });
}

TEST(PriorityCalls, UserMeansAllOfTheRealUser) {
  in_a_process([](Caller& caller) {
    const std::int64_t child = fork(caller, [](Caller& inner) {
      call(inner, nr::setuid, 1000);
      sleep_long(inner);
    });
    sleep_for(caller, 1_ms);
    EXPECT_EQ(set(caller, of_user, 1000, 9), 0);
    EXPECT_EQ(get(caller, of_thread, child), 11);
    EXPECT_EQ(get(caller, of_user, 1000), 11);
    EXPECT_EQ(get(caller, of_user, 0), 20) << "the caller's own";
    EXPECT_EQ(get(caller, of_user, 55), failed(Errno::esrch));
  });
}

TEST(PriorityCalls, BadArgumentsAreRefused) {
  in_a_process([](Caller& caller) {
    EXPECT_EQ(get(caller, 3, 0), failed(Errno::einval));
    EXPECT_EQ(get(caller, -1, 0), failed(Errno::einval));
    EXPECT_EQ(set(caller, 3, 0, 0), failed(Errno::einval));
    EXPECT_EQ(get(caller, of_thread, 4000), failed(Errno::esrch));
    EXPECT_EQ(set(caller, of_thread, 4000, 0), failed(Errno::esrch));
  });
}

TEST(PriorityCalls, LoweringNiceNeedsPrivilegeOrTheLimit) {
  in_a_process([](Caller& caller) {
    call(caller, nr::setuid, 1000);
    EXPECT_EQ(set(caller, of_thread, 0, 5), 0);
    EXPECT_EQ(set(caller, of_thread, 0, 4), failed(Errno::eacces));
    EXPECT_EQ(set(caller, of_thread, 0, 5), 0);
    caller.process().limits.set(Resource::nice, {16, 16});
    EXPECT_EQ(set(caller, of_thread, 0, 4), 0);
    EXPECT_EQ(set(caller, of_thread, 0, 3), failed(Errno::eacces));
  });
}

TEST(PriorityCalls, OthersThreadsAreEpermAndOneFailureIsTold) {
  in_a_process([](Caller& caller) {
    const std::int64_t roots = call(caller, nr::gettid);
    call(caller, nr::setpgid, 0, 0);
    const std::int64_t child = fork(caller, [roots](Caller& inner) {
      call(inner, nr::setuid, 1000);
      EXPECT_EQ(set(inner, of_thread, roots, 9), failed(Errno::eperm));
      EXPECT_EQ(set(inner, of_group, 0, 9), failed(Errno::eperm));
      EXPECT_EQ(get(inner, of_thread, 0), 11) << "its own was changed all the same";
      return 1;
    });
    EXPECT_EQ(wait_for(caller, child), 0x100);
    EXPECT_EQ(get(caller, of_thread, 0), 20);
  });
}

}  // namespace signalbox::priority_calls_test
