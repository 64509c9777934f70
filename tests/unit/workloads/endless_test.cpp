#include "workloads/endless.hpp"

#include <gtest/gtest.h>

#include "tests/support/script_tasks.hpp"

namespace signalbox::endless_test {

Task repeated(std::vector<ScriptAction> actions) {
  Task made = task("again", std::move(actions));
  made.loop = -1;
  return made;
}

TEST(Endless, IsATaskThatRepeatsForEver) {
  const Scenario found = scenario({task("once", {RunEvent{1_ms}}), repeated({RunEvent{1_ms}})});
  EXPECT_EQ(endless_task(found), &found.tasks[1]);
  EXPECT_NE(endless_task(scenario({task("phase", {RunEvent{1_ms}}, -1)})), nullptr);
}

TEST(Endless, IsNoTaskThatEnds) {
  EXPECT_EQ(endless_task(scenario({task("often", {RunEvent{1_ms}}, 1'000)})), nullptr);
  EXPECT_EQ(endless_task(scenario({repeated({RunEvent{1_ms}, ExitEvent{}})})), nullptr);
  Task exits_first = task("exits", {ExitEvent{}});
  exits_first.phases.push_back(phase({RunEvent{1_ms}}, -1));
  EXPECT_EQ(endless_task(scenario({exits_first})), nullptr);
}

TEST(Endless, IsNoTaskThatMayNeverStart) {
  Task forked = repeated({RunEvent{1_ms}});
  forked.instances = 0;
  EXPECT_EQ(endless_task(scenario({forked})), nullptr);
}

}  // namespace signalbox::endless_test
