// The programs of workloads/posix/programs, on the host and emulated: equal output, under every kind of policy and on
// any number of CPUs, and each run the same twice.
#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::shipped_programs_test {

class ShippedPrograms : public testing::TestWithParam<SourceFile> {};

TEST_P(ShippedPrograms, SayTheSameEmulatedAsOnTheHost) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const TestFolder folder;
  const std::string expected = host_output(folder, GetParam().path);
  EXPECT_NE(expected, "");
  for (const char* level : {"-O0", "-O2"}) {
    const std::string image = folder.path(GetParam().name);
    ASSERT_EQ(build_image(read_compiler_words({level, GetParam().path, "-o", image})), 0);
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

INSTANTIATE_TEST_SUITE_P(All, ShippedPrograms, testing::ValuesIn(sources_below("workloads/posix/programs")),
                         [](const auto& each) { return each.param.name; });

}  // namespace signalbox::shipped_programs_test
