#include "tools/compiler/image_builder.hpp"

#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"
#include "tests/support/error_of.hpp"
#include "tests/support/test_folder.hpp"
#include "tools/compiler/host_command.hpp"
#include "workloads/posix/image_file.hpp"

namespace signalbox::image_builder_test {

class ImageBuilder : public testing::Test {
 protected:
  int build(std::vector<std::string> words) { return build_image(read_compiler_words(words)); }
  TestFolder folder_;
};

TEST_F(ImageBuilder, SourcesObjectsAndArchivesBecomeOneProgram) {
  const std::string one =
      folder_.write("one.c", "int two(void); int three(void); int main(void) { return two() + three(); }");
  const std::string two = folder_.write("two.c", "int two(void) { return 2; }");
  const std::string three = folder_.write("three.c", "#include <stdio.h>\nint three(void) { return printf(\"x\"); }");
  ASSERT_EQ(build({"-c", two, "-o", folder_.path("two.o")}), 0);
  ASSERT_EQ(build({"-c", three, "-o", folder_.path("three.o")}), 0);
  ASSERT_EQ(run_host_command({"ar", "rc", folder_.path("libthree.a"), folder_.path("three.o")}).status, 0);
  ASSERT_EQ(build({one, folder_.path("two.o"), "-L", folder_.path(""), "-lthree", "-lm", "-lpthread", "-o",
                   folder_.path("all")}),
            0);
  EXPECT_EQ(read_image_file(folder_.path("all")).note.flags, "-O0");
}

TEST_F(ImageBuilder, WhatEmulatedProgramsDoNotHaveIsNamedWithItsFile) {
  const std::string source =
      folder_.write("bad.c", "#include <wordexp.h>\nint main(void) { return wordexp(\"x\", 0, 0); }");
  testing::internal::CaptureStderr();
  EXPECT_EQ(build({source, "-o", folder_.path("bad")}), 2);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            source +
                ": error: \"wordexp\" is not there in emulated programs; expected a function of "
                "workloads/posix/README.md, or one of the program's own\n");
  EXPECT_FALSE(std::filesystem::exists(folder_.path("bad")));
}

TEST_F(ImageBuilder, TheCompilersErrorsAreItsOwn) {
  const std::string source = folder_.write("wrong.c", "int main(void) { return }");
  EXPECT_EQ(build({"-w", source, "-o", folder_.path("wrong")}), 1);
  EXPECT_NE(error_of([&] { build({folder_.write("x.c", "int main(void){return 0;}"), "-lnothing"}); }), "no error");
}

TEST_F(ImageBuilder, ClangMakesProgramsToo) {
  if (run_host_command({"sh", "-c", "command -v clang-19 > /dev/null"}).status != 0) GTEST_SKIP() << "no clang-19 here";
  const std::string source = folder_.write("c.c", "#include <stdio.h>\nint main(void) { return puts(\"x\"); }");
  EXPECT_EQ(build({"--compiler", "clang-19", source, "-o", folder_.path("c")}), 0);
  EXPECT_TRUE(read_image_file(folder_.path("c")).note.compiler.starts_with("clang-19 "));
}

// Two threads add while a handler comes in between, and one did alone.
constexpr std::string_view busy_registers = R"(#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
static double sums[2];
static volatile double noise = 1;
static void on_alarm(int number) {
  for (int i = 1; i < 200; ++i) noise = noise * 1.01 + number / (double)i;
  if (noise > 1e9) noise = 1;
}
static void *add(void *slot) {
  double a = 0, b = 1, c = 2, d = 3;
  long double e = 4;
  unsigned long f = 5, g = 6;
  for (unsigned i = 0; i < 60000; ++i) {
    a += 1.5;
    if (i % 3 == 0) b += a * 0.25;
    if (i & 1) c += b * 0.125 + i; else d += c * 0.5;
    if (i % 5 == 0) e += c, f = f * 31 + i, g ^= f >> 7;
  }
  *(double *)slot = a + b + c + d + (double)e + (double)(f % 1000) + (double)(g % 1000);
  return NULL;
}
int main(void) {
  pthread_t threads[2];
  struct itimerval often = {{0, 50}, {0, 50}};
  double quiet;
  add(&quiet);
  signal(SIGALRM, on_alarm);
  setitimer(ITIMER_REAL, &often, NULL);
  for (int i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, add, &sums[i]);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  printf("%d %d %.9g", sums[0] == quiet, sums[1] == quiet, quiet);
  return 0;
})";

// Compilers are told that edges change no register: what is in them survives whoever comes in between.
TEST_F(ImageBuilder, RegistersSurviveEdges) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const std::string expected =
      host_output(folder_, folder_.write("native.c", busy_registers), {"gcc", "-O2", "-pthread"}, {});
  ASSERT_TRUE(expected.starts_with("1 1 "));
  for (const char* const level : {"-O1", "-O2", "-O3"}) {
    const CompiledRun run = run_c(busy_registers, {.policy = "round_robin:quantum=3us", .flags = {level}});
    EXPECT_EQ(run.output, expected) << level;
  }
  if (run_host_command({"sh", "-c", "command -v clang-19 > /dev/null"}).status != 0) return;
  const CompiledRun run =
      run_c(busy_registers, {.policy = "round_robin:quantum=3us", .flags = {"--compiler", "clang-19", "-O2"}});
  EXPECT_EQ(run.output.substr(0, 4), expected.substr(0, 4));
}

// Compilers leave the call of an edge out of a loop that does nothing at all.
TEST_F(ImageBuilder, EveryLoopHasAnEdge) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  constexpr std::string_view source = R"(#include <stdlib.h>
int other;
static void spin(int how) {
  if (how == 0) for (;;);
  if (how == 1) while (1) {}
  if (how == 2) again: goto again;
  if (how == 3) for (;;) { if (other) { } }
}
int main(int count, char **words) { spin(atoi(words[count - 1])); return 0; })";
  std::vector<std::vector<std::string>> compilers{{"-O0"}, {"-O1", "-g"}, {"-O2"}};
  if (run_host_command({"sh", "-c", "command -v clang-19 > /dev/null"}).status == 0)
    compilers.insert(compilers.end(), {{"--compiler", "clang-19", "-O0"}, {"--compiler", "clang-19", "-O2", "-g"}});
  for (const auto& flags : compilers) {
    const std::string image = compile_c(folder_, "loops", source, flags);
    for (const char* how : {"0", "1", "2", "3"}) {
      EXPECT_EQ(run_image(image, {.arguments = {how}, .limit = 3_ms}).end, RunEnd::until) << flags.back() << " " << how;
    }
  }
}

}  // namespace signalbox::image_builder_test
