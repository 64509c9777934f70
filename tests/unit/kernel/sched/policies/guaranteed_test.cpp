#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::guaranteed_test {

// Tanenbaum prints no table, so this is his definition, a quantum at a time: whoever has had the least of what it was
// promised since its creation runs; who was created earlier among equals. All compute for ever.
std::vector<std::size_t> by_definition(const std::vector<std::int64_t>& created, std::int64_t quanta) {
  std::vector<std::int64_t> used(created.size());
  std::vector<std::size_t> plan;
  for (std::int64_t now = 0; now < quanta; ++now) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < created.size() && created[i] <= now; ++i) {
      const bool is_less =
          used[i] == 0 ? used[best] != 0 : used[i] * (now - created[best]) < used[best] * (now - created[i]);
      if (is_less) best = i;
    }
    ++used[best];
    plan.push_back(best);
  }
  return plan;
}

RC_GTEST_PROP(Guaranteed, FollowsTanenbaumsDefinition, ()) {
  std::vector<std::int64_t> created{0};
  const int more = *rc::gen::inRange(0, 12);
  for (int i = 0; i < more; ++i) created.push_back(created.back() + *rc::gen::inRange(0, 20));
  PolicyDriver driver("guaranteed:quantum=1ms", {});
  for (const std::int64_t at : created) {
    DriverJob job = hog(fmt::format("{}", at));
    job.arrival = Instant() + 1_ms * at;
    driver.add(job);
  }
  driver.run(Instant() + 300_ms);
  std::vector<std::size_t> plan;
  for (const PolicyDriver::Slice& slice : driver.slices()) {
    plan.insert(plan.end(), static_cast<std::size_t>((slice.to - slice.from) / 1_ms),
                static_cast<std::size_t>(slice.task->entity.id.value()) - 1);
  }
  RC_ASSERT(plan == by_definition(created, 300));
}

TEST(Guaranteed, WhoComesLateIsPromisedNothingOfThePast) {
  PolicyDriver driver("guaranteed", {});
  driver.add(hog("A"));
  DriverJob late = hog("B");
  late.arrival = Instant() + 1_s;
  driver.add(late);
  driver.run(Instant() + 3_s);
  // A has had 1 s of 1 s; from then on B catches up to the same part of its own lifetime: u / 2 = (3 - u) / 3.
  EXPECT_NEAR(driver.task(1).ran.seconds(), 1.2, 0.011);
}

TEST(Guaranteed, ByThreadAProcessGainsByThreads) {
  PolicyDriver driver("guaranteed", {});
  for (const std::int32_t process : {1, 2, 2, 2}) {
    DriverJob job = hog(fmt::format("of {}", process));
    job.process = Pid(process);
    driver.add(job);
  }
  driver.run(Instant() + 6_s);
  for (std::size_t thread = 0; thread < 4; ++thread) EXPECT_NEAR(driver.task(thread).ran.seconds(), 1.5, 0.021);
}

}  // namespace signalbox::guaranteed_test
