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

}  // namespace signalbox::user_strings_test
