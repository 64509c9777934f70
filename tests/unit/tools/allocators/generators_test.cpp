#include "tools/allocators/generators.hpp"

#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace signalbox::generators_test {

// Every block is allocated before it is freed, and none twice.
void expect_sound(const AllocationTrace& trace) {
  std::vector<bool> is_live(trace.blocks);
  for (const AllocationStep& step : trace.steps) {
    ASSERT_LT(step.thread, trace.threads);
    if (step.kind == AllocationKind::pause) continue;
    ASSERT_LT(step.block, trace.blocks);
    ASSERT_EQ(is_live[step.block], step.kind == AllocationKind::free);
    is_live[step.block] = !is_live[step.block];
  }
}

TEST(AllocationGenerators, DrawTheSameFromTheSameSeed) {
  for (const AllocationGenerator& row : all_allocation_generators()) {
    const std::string name(row.name);
    const AllocationTrace trace = load_allocations(name, 1);
    EXPECT_EQ(trace.name, name);
    expect_sound(trace);
    EXPECT_EQ(trace.steps, load_allocations(name, 1).steps) << name;
    EXPECT_NE(trace.steps, load_allocations(name, 2).steps) << name;
  }
}

TEST(AllocationGenerators, OptionsSayHowMuch) {
  const AllocationTrace trace = load_allocations("cross_thread:pairs=2,blocks=1000,depth=10,least=8,most=8", 1);
  EXPECT_EQ(trace.threads, 4U);
  EXPECT_EQ(trace.steps.size(), 2000U);
  for (const AllocationStep& step : trace.steps) {
    EXPECT_EQ(step.kind == AllocationKind::free, step.thread % 2 == 1) << "who allocates never frees";
  }
  EXPECT_EQ(load_allocations("larson:threads=3,slots=10,rounds=2,replacements=5", 1).steps.size(), 30U + 2 * 5 * 3 * 2);
}

TEST(AllocationGenerators, AreKnownByTheirNames) {
  EXPECT_TRUE(names_allocation_generator("larson"));
  EXPECT_TRUE(names_allocation_generator("larson:threads=3"));
  EXPECT_FALSE(names_allocation_generator("larson.json"));
}

TEST(AllocationGenerators, RefuseWhatIsNoWorkload) {
  const auto refusal = [](const std::string& text) { return error_of([&] { load_allocations(text, 1); }); };
  EXPECT_NE(refusal("larsen").find("no workload and no file has that name"), std::string::npos);
  EXPECT_NE(refusal("larsen").find("larson"), std::string::npos);
  EXPECT_NE(refusal("larson:threads=0").find("larson:threads=0:1:"), std::string::npos) << refusal("larson:threads=0");
  EXPECT_NE(refusal("larson:least=100,most=50").find("least is more than most"), std::string::npos);
}

}  // namespace signalbox::generators_test
