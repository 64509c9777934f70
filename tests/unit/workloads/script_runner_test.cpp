#include "workloads/script_runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scenario_run.hpp"

namespace signalbox {
namespace {

using Events = std::vector<ScriptAction>;

Phase phase(Events actions, std::int64_t loop = 1) {
  Phase made;
  made.loop = loop;
  for (ScriptAction& action : actions) made.events.push_back({std::move(action), {"test.json", 1, 1}});
  return made;
}

Task task(const std::string& name, Events actions, std::int64_t loop = 1) {
  Task made;
  made.name = name;
  made.loop = 1;
  made.phases.push_back(phase(std::move(actions), loop));
  made.place = {"test.json", 1, 1};
  return made;
}

Scenario scenario(std::vector<Task> tasks) {
  Scenario made;
  made.tasks = std::move(tasks);
  return made;
}

std::string schedule_of(std::vector<Task> tasks, const std::string& policy = "fcfs") {
  ScenarioRun run(policy);
  EXPECT_EQ(run.launch(scenario(std::move(tasks))).run(), RunEnd::finished);
  EXPECT_THAT(run.launched.notes(), testing::IsEmpty());
  return run.schedule();
}

TEST(ScriptRunner, RunComputesForItsDurationInFileOrder) {
  EXPECT_EQ(schedule_of({task("a", {RunEvent{3_ms}}), task("b", {RunEvent{2_ms}})}), "a 0-3, b 3-5");
}

}  // namespace
}  // namespace signalbox
