#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/generated.hpp"
#include "tests/support/scenario_run.hpp"

namespace signalbox::think_grind_pong_test {

using ::testing::HasSubstr;

TEST(ThinkGrindPong, HasThinkersGrindersAndGroups) {
  const Scenario scenario = generated("think_grind_pong:thinkers=3,grinders=2,groups=2,size=4");
  ASSERT_EQ(scenario.tasks.size(), 3U + 2U + 8U);
  EXPECT_EQ(scenario.tasks[0].name, "think0");
  EXPECT_EQ(scenario.tasks[3].name, "grind0");
  EXPECT_EQ(scenario.tasks[5].name, "pong0-0");
  EXPECT_EQ(scenario.semaphores.size(), 2U);
  EXPECT_NE(work_of(scenario.tasks[3]), work_of(scenario.tasks[4]));
}

TEST(ThinkGrindPong, TheTurnGoesAroundInOrder) {
  ScenarioRun run;
  run.launch(generated("think_grind_pong:thinkers=0,grinders=0,size=3,rounds=2,pong=1ms"));
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(run.schedule(), "pong0-0 0-1, pong0-1 1-2, pong0-2 2-3, pong0-0 3-4, pong0-1 4-5, pong0-2 5-6");
}

TEST(ThinkGrindPong, EverybodyEndsUnderEveryPolicy) {
  const Scenario scenario = generated("think_grind_pong:rounds=50,faults=20,think=20ms");
  for (const PolicyRow* const policy : all_policies()) {
    ScenarioRun run{std::string(policy->name)};
    run.launch(scenario);
    EXPECT_EQ(run.run(), RunEnd::finished) << policy->name;
  }
}

TEST(ThinkGrindPong, NobodyIsRefused) {
  EXPECT_THAT(error_of([] { generated("think_grind_pong:thinkers=0,grinders=0,groups=0"); }),
              HasSubstr("nobody is to run; expected a thinker, a grinder or a group"));
}

}  // namespace signalbox::think_grind_pong_test
