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

// Compilers leave the call of an edge out of a loop that does nothing at all.
TEST_F(ImageBuilder, EveryLoopHasAnEdge) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where sanitizers do not look";
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
