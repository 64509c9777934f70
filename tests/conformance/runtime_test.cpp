// The user runtime against the host's C library: each program of runtime/ says the same emulated as on the host.
#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::runtime_test {

std::vector<std::string> programs() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(SIGNALBOX_SOURCE_DIR "/tests/conformance/runtime")) {
    if (entry.path().extension() != ".md") found.push_back(entry.path().filename());
  }
  std::ranges::sort(found);
  return found;
}

class Runtime : public testing::TestWithParam<std::string> {};

TEST_P(Runtime, SaysWhatTheHostsLibrarySays) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const TestFolder folder;
  const std::string source = std::string(SIGNALBOX_SOURCE_DIR) + "/tests/conformance/runtime/" + GetParam();
  const bool is_cxx = source.ends_with(".cpp");
  const std::string expected =
      host_output(folder, source, {is_cxx ? "g++" : "gcc", "-O1", "-pthread", is_cxx ? "-std=c++20" : "-std=gnu17"});
  const std::string image = folder.path("image");
  for (const char* level : {"-O0", "-O2"}) {
    std::vector<std::string> words{level, source, "-o", image};
    if (is_cxx) words.insert(words.end(), {"--cxx", "-std=c++20"});
    ASSERT_EQ(build_image(read_compiler_words(words)), 0);
    EXPECT_EQ(run_image(image).output, expected) << level;
  }
}

TEST(RuntimeEdges, ALoopWithoutInstructionsIsPreempted) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  constexpr auto source =
      "#include <pthread.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
      "static void *spin(void *unused) { for (;;); return unused; }\n"
      "int main(void) { pthread_t a, b; pthread_create(&a, 0, spin, 0); pthread_create(&b, 0, spin, 0);\n"
      "for (int i = 0; i < 100000; ++i) { if (i % 50000 == 0) puts(\"on\"); } exit(0); }";
  for (const char* level : {"-O0", "-O2"}) {
    const CompiledRun run = run_c(source, {.flags = {level}});
    EXPECT_EQ(run.output, "on\non\n") << level;
    EXPECT_EQ(run.end, RunEnd::finished) << level;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Runtime, testing::ValuesIn(programs()),
                         [](const auto& each) { return each.param.substr(0, each.param.find('.')); });

}  // namespace signalbox::runtime_test
