// The user runtime against the host's C library: each program of runtime/ says the same emulated as on the host.
#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"
#include "tools/compiler/host_command.hpp"

namespace signalbox::runtime_test {

std::vector<std::string> programs() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(SIGNALBOX_SOURCE_DIR "/tests/conformance/runtime")) {
    found.push_back(entry.path().stem());
  }
  std::ranges::sort(found);
  return found;
}

class Runtime : public testing::TestWithParam<std::string> {};

TEST_P(Runtime, SaysWhatTheHostsLibrarySays) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where sanitizers do not look";
  const TestFolder folder;
  const std::string source = std::string(SIGNALBOX_SOURCE_DIR) + "/tests/conformance/runtime/" + GetParam() + ".c";
  const std::string native = folder.path("native");
  ASSERT_EQ(run_host_command({"gcc", "-O1", "-pthread", source, "-o", native}).status, 0);
  const CommandResult host = run_host_command({native}, CommandOutput::captured);
  ASSERT_EQ(host.status, 0);
  const std::string image = folder.path("image");
  ASSERT_EQ(build_image(read_compiler_words({source, "-o", image})), 0);
  EXPECT_EQ(run_image(image).output, host.output);
}

INSTANTIATE_TEST_SUITE_P(All, Runtime, testing::ValuesIn(programs()), [](const auto& each) { return each.param; });

}  // namespace signalbox::runtime_test
