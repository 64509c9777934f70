#include "workloads/posix/user_strings.hpp"

#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::user_strings_test {

// exec(2) reads them: each garbage pointer is Errno::efault, whatever lies behind it on the host.
TEST(UserStrings, GarbageIsEfaultAndTheProgramGoesOn) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const CompiledRun run = run_c(R"(#include <errno.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
  char *words[] = {"x", 0}, *wild[] = {(char *)0x10, 0}, *none[] = {0};
  execve((char *)1, words, none); printf("%d ", errno == EFAULT);
  execve("x", wild, none); printf("%d ", errno == EFAULT);
  execve("x", (char **)0x7, none); printf("%d ", errno == EFAULT);
  execve("x", words, (char **)-8); printf("%d ", errno == EFAULT);
  execve("nobody", words, none); printf("%d", errno == ENOENT);
  return 0;
})");
  EXPECT_EQ(run.output, "1 1 1 1 1");
}

// MAX_ARG_STRLEN counts the zero (execve(2)); wherever in a page the string begins.
TEST(UserStrings, AnArgumentHasALongestLength) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  constexpr std::string_view source = R"(#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
enum { longest = 32 * 4096 };
int main(int argc, char **argv) {
  if (argc > 1) return 7;
  char *room = calloc(1, 2 * longest);
  for (int extra = -1; extra <= 0; ++extra) {
    for (int begin = 0; begin < 3; ++begin) {
      char *const text = memset(room, 0, 2 * longest) + begin * 1000;
      memset(text, 'x', longest + extra);
      if (fork() == 0) { execl(argv[0], argv[0], text, (char *)NULL); _exit(errno == E2BIG ? 1 : 2); }
      int status;
      wait(&status);
      printf("%d ", WEXITSTATUS(status));
    }
  }
  return 0;
})";
  const TestFolder folder;
  const std::string expected = host_output(folder, folder.write("native.c", source));
  EXPECT_EQ(expected, "7 7 7 1 1 1 ");
  EXPECT_EQ(run_c(source).output, expected);
}

}  // namespace signalbox::user_strings_test
