#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::random_test {

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
