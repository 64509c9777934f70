#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/policy_table.hpp"

namespace signalbox::random_test {

TEST(Random, WeightsDoNotMatter) {
  PolicyDriver driver("random:quantum=1ms", {.seed = 5});
  driver.add(hog("A", 88761));
  driver.add(hog("B", 15));
  driver.run(Instant() + 10_s);
  EXPECT_NEAR(driver.task(0).ran.seconds() / 10, 0.5, 6 * std::sqrt(0.25 / 10'000));
}

TEST(Random, SeedDecides) {
  const auto order = [](std::uint64_t seed) {
    PolicyDriver driver("random:quantum=1ms", {.seed = seed});
    for (const char* const name : {"A", "B", "C"}) driver.add(hog(name));
    driver.run(Instant() + 50_ms);
    return driver.gantt();
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
}

}  // namespace signalbox::random_test
