#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::heap_test {

constexpr std::string_view busy_heap = R"(#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
enum { blocks = 500 };
static unsigned char *at[blocks];
static size_t size[blocks];
static int fill(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    const int k = rand() % blocks;
    for (size_t j = 0; j < size[k]; ++j) if (at[k][j] != (unsigned char)k) return 0;
    size[k] = (size_t)rand() % (i % 50 == 0 ? 300000 : 900);
    at[k] = rand() % 2 ? realloc(at[k], size[k] + 1) : (free(at[k]), malloc(size[k] + 1));
    if (at[k] == NULL || (uintptr_t)at[k] % 16 != 0) return 0;
    memset(at[k], k, size[k] + 1);
  }
  return 1;
}
int main(void) {
  printf("%d", fill(3000));
  if (fork() == 0) _exit(fill(2000));
  printf("%d", fill(2000));
  int status;
  wait(&status);
  printf("%d", WEXITSTATUS(status));
  unsigned char *zeros = calloc(1000, 100);
  int sum = 0;
  for (int i = 0; i < 100000; ++i) sum += zeros[i];
  void *aligned;
  printf("%d%d", sum == 0, posix_memalign(&aligned, 4096, 10) == 0 && (uintptr_t)aligned % 4096 == 0);
  errno = 0;
  printf("%d", malloc((size_t)1 << 50) == NULL && errno == ENOMEM);
  return 0;
})";

TEST(RuntimeHeap, BlocksAreAlignedKeepTheirContentsAndAreCopiedByAFork) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const CompiledRun run = run_c(busy_heap, {.limit = 60_s});
  EXPECT_EQ(run.output, "111111");
}

TEST(RuntimeHeap, MisuseEndsTheProcessByAbort) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const CompiledRun run = run_c("#include <stdlib.h>\nint main(void) { int x; free(&x); return 0; }");
  EXPECT_EQ(run.output, "free(): invalid pointer\n");
  EXPECT_EQ(run.status, WaitStatus::killed_by(6));
}

}  // namespace signalbox::heap_test
