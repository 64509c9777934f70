#include "workloads/posix/futex_table.hpp"

#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::futex_table_test {

TEST(FutexTable, WakesTheLongestSleepersOfThatWordOnly) {
  MachineFixture fixture;
  FutexTable table;
  std::string order;
  const auto sleeper = [&](char name, FutexTable::Word word) {
    fixture.spawn([&, name, word](Caller& caller) {
      EXPECT_TRUE(table.wait(caller, word, WaitKind::mutex, Instant::max()).has_value());
      order += name;
    });
  };
  const FutexTable::Word one{.process = Pid(7), .at = 64};
  const FutexTable::Word other{.process = Pid(8), .at = 64};
  sleeper('a', one);
  sleeper('b', other);
  sleeper('c', one);
  fixture.spawn([&](Caller& caller) {
    sleep_for(caller, 1_ms);
    EXPECT_EQ(table.wake(one, 5), 2);
    sleep_for(caller, 1_ms);
    EXPECT_EQ(table.wake(other, 1), 1);
    EXPECT_EQ(table.wake(other, 1), 0);
    EXPECT_EQ(table.wake({.process = Pid(9), .at = 4}, 1), 0);
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
  EXPECT_EQ(order, "acb");
}

TEST(FutexTable, ASleepEndsAtItsDeadline) {
  FutexTable table;
  in_a_process([&](Caller& caller) {
    const auto slept = table.wait(caller, {.process = Pid(), .at = 4}, WaitKind::mutex, Instant() + 5_ms);
    EXPECT_EQ(slept.error(), Errno::etimedout);
    EXPECT_EQ(caller.now(), Instant() + 5_ms);
  });
}

constexpr std::string_view by_syscall = R"(#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static unsigned word = 3;
int main(void) {
  struct timespec length = {0, 2000000};
  errno = 0; printf("%d", syscall(SYS_futex, &word, 128, 4, 0) == -1 && errno == EAGAIN);
  errno = 0; printf("%d", syscall(SYS_futex, &word, 128, 3, &length) == -1 && errno == ETIMEDOUT);
  errno = 0; printf("%d", syscall(SYS_futex, (char *)&word + 1, 129, 1) == -1 && errno == EINVAL);
  errno = 0; printf("%d", syscall(SYS_futex, 64, 129, 1) == -1 && errno == EFAULT);
  printf("%ld", syscall(SYS_futex, &word, 129, 1));
  errno = 0; printf("%d", syscall(1000, &word) == -1 && errno == ENOSYS);
  return 0;
})";

TEST(FutexTable, ProgramsReachItByNumber) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  EXPECT_EQ(run_c(by_syscall).output, "111101");
}

}  // namespace signalbox::futex_table_test
