#include "workloads/posix/program_thread.hpp"

#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::program_thread_test {

using ProgramThreadTest = CompiledTest;

constexpr std::string_view fork_tree = R"(#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
volatile int work;
int grow(int depth) {
  int sum = depth;
  for (int k = 0; k < 2 && depth > 0; ++k) {
    pid_t child = fork();
    if (child == 0) exit(grow(depth - 1));
    for (int i = 0; i < 20000; ++i) work += i;
    int status;
    waitpid(child, &status, 0);
    sum += WEXITSTATUS(status);
  }
  return sum;
}
int main(void) {
  printf("sum %d\n", grow(4));
  return 0;
})";

TEST_F(ProgramThreadTest, ForkReturnsTwiceUnderEveryPolicyAndOnAnyNumberOfCpus) {
  const TestFolder folder;
  const std::string path = compile_c(folder, "tree", fork_tree);
  for (const char* policy : {"fcfs", "round_robin:quantum=7us", "eevdf", "lottery", "random"}) {
    for (const unsigned cpus : {1U, 2U, 4U}) {
      const CompiledOptions options{.policy = policy, .cpus = cpus};
      const CompiledRun run = run_image(path, options);
      EXPECT_EQ(run.output, "sum 26\n") << policy << " on " << cpus;
      EXPECT_EQ(run_image(path, options).hash, run.hash) << policy << " on " << cpus;
    }
  }
}

TEST_F(ProgramThreadTest, ABusyLoopIsPreemptedAndTakesVirtualTime) {
  const CompiledRun run = run_c(R"(#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
int main(void) {
  volatile int *flag = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (fork() == 0) {
    struct timespec length = {0, 3000000};
    nanosleep(&length, 0);
    *flag = 1;
    _exit(0);
  }
  while (!*flag) {
  }
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  printf("%d\n", now.tv_nsec >= 3000000 && now.tv_nsec < 3100000);
  return 0;
})");
  EXPECT_EQ(run.output, "1\n");
}

TEST_F(ProgramThreadTest, AnEndlessLoopEndsWithTheRun) {
  const CompiledRun run = run_c("int main(void) { for (volatile int i = 0;; ++i) {} }", {.limit = 5_ms});
  EXPECT_EQ(run.end, RunEnd::until);
}

TEST_F(ProgramThreadTest, AFaultEndsThatProcessOnlyAndItsParentKnows) {
  const CompiledRun run = run_c(R"(#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static int deep(int n) { volatile char frame[4096]; frame[0] = (char)n; return deep(n + 1) + frame[0]; }
static volatile int zero;
static void wrong(int how) {
  if (how == 0) *(volatile int *)0 = 1;
  if (how == 1) exit(7 / zero);
  if (how == 2) __builtin_trap();
  if (how == 3) exit(deep(0));
  if (how == 4) abort();
}
int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  for (int how = 0; how < 5; ++how) {
    if (fork() == 0) { wrong(how); _exit(0); }
    int status;
    wait(&status);
    printf("%d ", WIFSIGNALED(status) ? WTERMSIG(status) : -1);
  }
  return 0;
})");
  EXPECT_EQ(run.output, "11 8 4 11 6 ");
  EXPECT_EQ(run.end, RunEnd::finished);
}

TEST_F(ProgramThreadTest, GarbageGivenToCallsIsEfault) {
  const CompiledRun run = run_c(R"(#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#define IS_EFAULT(call) (errno = 0, (call) == -1 && errno == EFAULT)
int main(void) {
  const char text[] = "constant";
  printf("%d", IS_EFAULT(write(1, (void *)0x1000, 4)));
  printf("%d", IS_EFAULT(stat("/tmp", (struct stat *)0x10)));
  printf("%d", IS_EFAULT(open((char *)0x20, O_RDONLY)));
  printf("%d", IS_EFAULT(nanosleep((struct timespec *)0x30, 0)));
  printf("%d", IS_EFAULT(clock_gettime(CLOCK_MONOTONIC, (struct timespec *)main)));
  errno = 0;
  printf("%d", write(77, (void *)0x1000, 4) == -1 && errno == EBADF);
  char *none = 0;
  printf("%d", IS_EFAULT((long)getcwd(none + 16, 100) - 1));
  printf("%d", IS_EFAULT(prctl(PR_SET_NAME, 3)));
  return text[0] == 0;
})");
  EXPECT_EQ(run.output, "11111111");
}

TEST_F(ProgramThreadTest, MappingsHaveTheKernelsErrnoAndLimits) {
  const CompiledRun run = run_c(R"(#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
int main(void) {
  errno = 0; printf("%d", mmap(0, 0, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
  errno = 0; printf("%d", mmap((void *)0x10000, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED);
  char *two = mmap(0, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  two[0] = two[8191] = 1;
  printf("%d", mprotect(two, 4096, PROT_NONE) == 0 && two[4096] == 0);
  errno = 0; printf("%d", write(1, two, 1) == -1 && errno == EFAULT);
  printf("%d", munmap(two, 8192) == 0);
  char *old = sbrk(0);
  printf("%d", sbrk(10000) == old && (old[9999] = 1) && sbrk(-10000) == old + 10000);
  struct rlimit limit = {50 << 20, 50 << 20};
  setrlimit(RLIMIT_AS, &limit);
  errno = 0; printf("%d", mmap(0, 64 << 20, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == ENOMEM);
  return 0;
})");
  EXPECT_EQ(run.output, "1111111");
}

TEST_F(ProgramThreadTest, ErrnoAndJumpsSurviveTheKernel) {
  const CompiledRun run = run_c(R"(#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static jmp_buf place;
int main(void) {
  errno = 33;
  if (fork() == 0) _exit(errno);
  int status;
  wait(&status);
  printf("%d %d ", errno, WEXITSTATUS(status));
  const int again = setjmp(place);
  if (again < 3) longjmp(place, again + 1);
  printf("%d %s\n", again, strerror(ENOENT));
  return 0;
})");
  EXPECT_EQ(run.output, "33 33 3 No such file or directory\n");
}

}  // namespace signalbox::program_thread_test
