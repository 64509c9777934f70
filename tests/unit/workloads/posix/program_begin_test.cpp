#include "workloads/posix/program_begin.hpp"

#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::program_begin_test {

TEST(ProgramBegin, ConstructorsRunFirstAndHandlersOfExitLast) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const CompiledRun run = run_c(R"(#include <stdio.h>
#include <stdlib.h>
__attribute__((constructor(200))) static void second(void) { printf("2"); }
__attribute__((constructor(101))) static void first(void) { printf("1"); }
__attribute__((destructor)) static void last(void) { printf("6"); }
static void early(void) { printf("5"); }
static void late(void) { printf("4"); }
int main(void) {
  atexit(early);
  atexit(late);
  printf("3");
  return 9;
})");
  EXPECT_EQ(run.output, "123456");
  EXPECT_EQ(run.status, WaitStatus::exited(9));
}

TEST(ProgramBegin, ExecReplacesTheProgramAndKeepsTheProcess) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const TestFolder folder;
  compile_c(folder, "second", R"(#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int shared = 5;
int main(int argc, char **argv) {
  printf("%s %s %s %d %d\n", argv[0], argv[1], getenv("WHO"), shared, getpid() == atoi(argv[2]));
  return argc;
})");
  const std::string first = compile_c(folder, "first", R"(#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int shared = 1;
int main(void) {
  shared = 2;
  pid_t child = fork();
  if (child == 0) {
    char pid[16];
    sprintf(pid, "%d", getpid());
    char *words[] = {"second", "word", pid, 0}, *variables[] = {"WHO=me", 0};
    execve("./second", words, variables);
    _exit(99);
  }
  int status;
  waitpid(child, &status, 0);
  printf("%d %d\n", WEXITSTATUS(status), shared);
  return 0;
})");
  const CompiledRun run = run_image(first);
  EXPECT_EQ(run.output, "second word me 5 1\n3 2\n");
}

}  // namespace signalbox::program_begin_test
