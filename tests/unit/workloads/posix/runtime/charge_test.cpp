#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::charge_test {

// What each function takes of virtual time, over a MiB and over nothing, in us.
constexpr std::string_view times = R"(#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
static long long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000LL + t.tv_nsec; }
static char *a, *b;
static volatile size_t kept;
#define TIME(expression) do { const long long begin = now(); expression; printf("%lld ", (now() - begin) / 1000); } while (0)
int main(void) {
  a = malloc(1 << 20), b = malloc(1 << 20);
  TIME(memset(a, 'x', (1 << 20) - 1));
  a[(1 << 20) - 1] = 0;
  TIME(memcpy(b, a, 1 << 20));
  TIME(kept = strlen(a));
  TIME(kept = (size_t)memcmp(a, b, 1 << 20));
  TIME(kept = (size_t)strstr(a, "y"));
  TIME(kept = strspn(a, "xyz"));
  b[0] = 'y';
  TIME(kept = (size_t)strcmp(a, b));
  TIME(memcpy(b, a, 8));
  return puts("") < 0;
})";

TEST(Charge, WhatGoesOverMemoryTakesTimeByLength) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const CompiledRun run = run_c(times, {.policy = "fcfs", .flags = {"-fno-builtin"}});
  EXPECT_EQ(run.output, "10 10 10 10 24 53 0 0 \n") << "KiB in a MiB, by their edges, of 1 ns";
}

TEST(Charge, AProgramMayHaveSuchAFunctionItself) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const CompiledRun run = run_c(
      "#include <stddef.h>\n#include <stdio.h>\nsize_t strlen(const char *text) { return text[0]; }\n"
      "int main(void) { printf(\"%zu\\n\", strlen(\"0\")); return 0; }",
      {.flags = {"-fno-builtin"}});
  EXPECT_EQ(run.output, "48\n");
}

TEST(Charge, OthersRunWhileALongOneDoes) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const CompiledRun run = run_c(R"(#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static char room[1 << 22];
static volatile int is_set, looks;
static void *look(void *unused) { while (!is_set) ++looks; return unused; }
int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, look, NULL);
  for (int i = 0; i < 50; ++i) memset(room, i, sizeof room);
  const int before = looks;
  is_set = 1;
  pthread_join(thread, NULL);
  return printf("%d\n", before > 1000) < 0;
})");
  EXPECT_EQ(run.output, "1\n");
}

}  // namespace signalbox::charge_test
