#include "workloads/posix/image_scenario.hpp"

#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::image_scenario_test {

TEST(ImageScenario, IsOneProcessWithItsNameAndArguments) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const CompiledRun run = run_c(R"(#include <stdio.h>
int main(int argc, char **argv) {
  for (int i = 0; i < argc; ++i) printf("[%s]", argv[i]);
  return argc;
})",
                                {.arguments = {"a", "b c"}});
  EXPECT_EQ(run.output, "[./program][a][b c]");
  EXPECT_EQ(run.status, WaitStatus::exited(3));
  EXPECT_EQ(run.end, RunEnd::finished);
}

TEST(ImageScenario, NeedsAMachineWithMemory) {
  const Scenario scenario = image_scenario({.path = "/x/prog", .note = {}, .hash = {}}, {});
  EXPECT_EQ(scenario.name, "prog");
  EXPECT_TRUE(needs_memory(scenario, {}));
}

}  // namespace signalbox::image_scenario_test
