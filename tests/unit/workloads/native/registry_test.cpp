#include "workloads/native/registry.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/native_run.hpp"

namespace signalbox::registry_test {

TEST(NativePrograms, AreInAlphabeticalOrderAndSaySomethingOfEachArgument) {
  EXPECT_EQ(native_programs().size(), 12U);
  EXPECT_TRUE(std::ranges::is_sorted(native_programs(), {}, [](const NativeProgram* row) { return row->name; }));
  for (const NativeProgram* program : native_programs()) {
    EXPECT_FALSE(program->summary.empty());
    for (const ProgramArgument& argument : program->arguments) {
      EXPECT_FALSE(argument.meaning.empty()) << program->name << " " << argument.name;
      EXPECT_EQ(argument.fallback.index(), argument.least.index()) << program->name << " " << argument.name;
      EXPECT_LE(argument.least, argument.fallback) << program->name << " " << argument.name;
      EXPECT_LE(argument.fallback, argument.most) << program->name << " " << argument.name;
    }
  }
}

TEST(NativePrograms, EndWellWithTheirDefaultsUnderEveryPolicy) {
  for (const NativeProgram* program : native_programs()) {
    for (const PolicyRow* policy : all_policies()) {
      for (const unsigned cpus : {1U, 4U}) {
        const NativeRun run(std::string(program->name), {}, std::string(policy->name), cpus);
        EXPECT_EQ(run.end(), RunEnd::finished) << program->name << " " << policy->name << " " << cpus;
        EXPECT_EQ(run.status(), WaitStatus::exited(0)) << program->name << " " << policy->name << " " << cpus;
      }
    }
  }
}

TEST(NativePrograms, GiveTheSameTraceForTheSameSeed) {
  for (const NativeProgram* program : native_programs()) {
    const NativeRun once(std::string(program->name), {}, "round_robin", 2, 7);
    const NativeRun again(std::string(program->name), {}, "round_robin", 2, 7);
    EXPECT_EQ(once->hash.value(), again->hash.value()) << program->name;
  }
}

TEST(NativePrograms, DrawTheirTimesFromTheSeed) {
  const NativeRun one("build_system", {}, "fcfs", 1, 1);
  const NativeRun two("build_system", {}, "fcfs", 1, 2);
  EXPECT_NE(one->hash.value(), two->hash.value());
}

TEST(NativePrograms, CanBeEndedInTheMiddle) {
  for (const NativeProgram* program : native_programs()) {
    for (const Duration limit : {0_ms, 1_ms, 7_ms, 20_ms}) {
      Task task;
      task.name = program->name;
      task.program = ProgramCall{std::string(program->name), {}, {}};
      Scenario scenario;
      scenario.tasks.push_back(task);
      MachineConfig config;
      if (program->needs_memory) config.memory.emplace();
      ScenarioRun run("round_robin:quantum=100us", config);
      run.launch(scenario, native_programs());
      const RunEnd end = run.run(Instant() + limit);
      EXPECT_TRUE(end == RunEnd::until || end == RunEnd::finished) << program->name;
    }
  }
}

}  // namespace signalbox::registry_test
