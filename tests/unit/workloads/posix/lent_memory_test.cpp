#include "workloads/posix/lent_memory.hpp"

#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::lent_memory_test {

using LentMemoryTest = CompiledTest;

constexpr std::string_view shares = R"(#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static int global = 1;
static char *fresh;
static int deep(int depth) {
  volatile char room[512];
  memset((char *)room, depth, sizeof room);
  return depth == 0 ? room[7] : deep(depth - 1) + room[0];
}
int main(int argc, char **argv) {
  if (argc > 1) return printf("%s as %s\n", argv[1], argv[0]) < 0;
  volatile int local = 1;
  int status;
  int *heap = malloc(sizeof *heap);
  *heap = 1;
  for (int how = 0; how < 4; ++how) {
    const pid_t own = getpid();
    const pid_t child = vfork();
    if (child == 0) {
      local += 10, global += 10, *heap += 10;
      deep(40);
      usleep(5000);
      if (how == 0) fresh = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (how == 0) strcpy(fresh, "the child's mapping");
      if (how == 1) kill(getpid(), SIGKILL);
      if (how == 2) execl(argv[0], "itself", "exec", NULL);
      if (how == 3) execl("no such program", "x", NULL), local += errno == ENOENT;
      _exit(getppid() == own ? how + 40 : 1);
    }
    printf("%d: %d %d %d", how, (int)local, global, *heap);
    printf(" waited %d", waitpid(child, &status, 0) == child);
    printf(" status %d signal %d own %d\n", WEXITSTATUS(status), WTERMSIG(status), getpid() == own);
    fflush(stdout);
  }
  return puts(fresh) < 0;
})";

TEST_F(LentMemoryTest, AParentSeesWhatItsChildDidWhenThatHasEndedOrExecuted) {
  for (const char* level : {"-O0", "-O2"}) {
    for (const unsigned cpus : {1U, 2U}) {
      const CompiledRun run = run_c(shares, {.cpus = cpus, .flags = {level}});
      EXPECT_EQ(run.output,
                "0: 11 11 11 waited 1 status 40 signal 0 own 1\n1: 21 21 21 waited 1 status 0 signal 9 own 1\n"
                "exec as itself\n2: 31 31 31 waited 1 status 0 signal 0 own 1\n"
                "3: 42 41 41 waited 1 status 43 signal 0 own 1\nthe child's mapping\n")
          << level << ' ' << cpus;
    }
  }
}

// A call's pointers are looked at in the memory itself, not through all that it was lent by.
TEST_F(LentMemoryTest, ManyChildrenOneAfterAnother) {
  const CompiledRun run = run_c(R"(
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  int status, sum = 0;
  for (int i = 0; i < 5000; ++i) {
    if (vfork() == 0) _exit(i % 3);
    wait(&status);
    sum += WEXITSTATUS(status);
  }
  return printf("%d\n", sum) < 0;
})",
                                {});
  EXPECT_EQ(run.output, "4999\n");
}

}  // namespace signalbox::lent_memory_test
