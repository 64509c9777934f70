// The programs of workloads/posix/programs, on the host and emulated: equal output, under every kind of policy and on
// any number of CPUs, and each run the same twice.
#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"
#include "tools/compiler/host_command.hpp"

namespace signalbox::shipped_programs_test {

struct Shipped {
  std::string name;
  std::string source;
};

std::vector<Shipped> shipped() {
  std::vector<Shipped> found;
  const std::string folder = std::string(SIGNALBOX_SOURCE_DIR) + "/workloads/posix/programs";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".c") found.push_back({entry.path().stem(), entry.path()});
  }
  std::ranges::sort(found, {}, &Shipped::name);
  return found;
}

std::string native_output(const TestFolder& folder, const Shipped& program) {
  const std::string native = folder.path(program.name + "-native");
  EXPECT_EQ(run_host_command({"gcc", "-O1", "-pthread", program.source, "-o", native}).status, 0);
  const CommandResult result = run_host_command({native}, CommandOutput::captured);
  EXPECT_EQ(result.status, 0);
  return result.output;
}

class ShippedPrograms : public testing::TestWithParam<Shipped> {};

TEST_P(ShippedPrograms, SayTheSameEmulatedAsOnTheHost) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where sanitizers do not look";
  const TestFolder folder;
  const std::string expected = native_output(folder, GetParam());
  EXPECT_NE(expected, "");
  for (const char* level : {"-O0", "-O2"}) {
    const std::string image = folder.path(GetParam().name);
    ASSERT_EQ(build_image(read_compiler_words({level, GetParam().source, "-o", image})), 0);
    for (const char* policy : {"fcfs", "round_robin:quantum=5us", "mlfq", "cfs", "eevdf", "lottery", "random"}) {
      for (const unsigned cpus : {1U, 2U, 4U}) {
        const CompiledOptions options{.policy = policy, .cpus = cpus, .limit = 100_s};
        const CompiledRun run = run_image(image, options);
        EXPECT_EQ(run.output, expected) << policy << " on " << cpus << " " << level;
        EXPECT_EQ(run.end, RunEnd::finished);
        EXPECT_EQ(run_image(image, options).hash, run.hash) << policy << " on " << cpus << " " << level;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ShippedPrograms, testing::ValuesIn(shipped()),
                         [](const auto& each) { return each.param.name; });

}  // namespace signalbox::shipped_programs_test
