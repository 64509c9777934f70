#include "tools/commands/compare_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace signalbox::compare_plan_test {

using Names = std::vector<std::string>;

ComparisonPlan plan_of(const std::optional<std::string>& policies, const Names& variations) {
  CompareOptions options;
  options.scenarios = {"mixed_batch"};
  options.policies = policies;
  options.variations = variations;
  return make_plan(options, {});
}

TEST(ComparePlan, TakesAllPoliciesUnlessSomeAreNamedOrVaried) {
  EXPECT_EQ(plan_of({}, {}).policies.size(), all_policies().size());
  EXPECT_EQ(plan_of("fcfs,sjf", {}).names, (Names{"fcfs", "sjf"}));
  EXPECT_EQ(plan_of({}, {"mlfq:queues=2|3"}).names, (Names{"mlfq:queues=2", "mlfq:queues=3"}));
  EXPECT_EQ(plan_of("fcfs", {"mlfq:queues=2"}).names, (Names{"fcfs", "mlfq:queues=2"}));
}

TEST(ComparePlan, IsASweepIfOneOptionAloneVaries) {
  const std::optional<SweptOption> swept = plan_of({}, {"mlfq:boost=2s,queues=2|3,growth=4"}).swept;
  ASSERT_TRUE(swept);
  EXPECT_EQ(swept->policy, "mlfq:boost=2s,growth=4");
  EXPECT_EQ(swept->option, "queues");
  EXPECT_EQ(swept->values, (Names{"2", "3"}));
  EXPECT_EQ(plan_of({}, {"round_robin:quantum=1ms|2ms"}).swept->policy, "round_robin");
  EXPECT_FALSE(plan_of({}, {"mlfq:queues=2|3,growth=2|4"}).swept);
  EXPECT_FALSE(plan_of({}, {"mlfq:queues=2"}).swept);
  EXPECT_FALSE(plan_of("fcfs", {"mlfq:queues=2|3"}).swept);
  EXPECT_FALSE(plan_of({}, {"mlfq:queues=2|3", "round_robin:quantum=1ms|2ms"}).swept);
}

TEST(ComparePlan, ReadsMetrics) {
  EXPECT_EQ(read_metrics("makespan,waiting").at(1)->name, "waiting");
  EXPECT_EQ(error_of([] { read_metrics("makespan,x"); }).substr(0, 24), "--metrics:1:10: error: n");
}

TEST(ComparePlan, HashTellsPlansApart) {
  const ComparisonPlan plan = plan_of("fcfs", {});
  EXPECT_EQ(plan_hash(plan), plan_hash(plan_of("fcfs", {})));
  EXPECT_NE(plan_hash(plan), plan_hash(plan_of("sjf", {})));
  ComparisonPlan changed = plan;
  changed.seeds = 2;
  EXPECT_NE(plan_hash(plan), plan_hash(changed));
  changed = plan;
  changed.until = 1_s;
  EXPECT_NE(plan_hash(plan), plan_hash(changed));
  changed = plan;
  changed.keeps_threads = true;
  EXPECT_NE(plan_hash(plan), plan_hash(changed));
  changed = plan;
  changed.jobs = 7;
  EXPECT_EQ(plan_hash(plan), plan_hash(changed)) << "who makes them is not what is made";
}

}  // namespace signalbox::compare_plan_test
