#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::srtf_test {

TEST(Srtf, DisplacesTheLongestRemainingOfSeveralCpus) {
  PolicyDriver driver("srtf", {.cpus = 3});
  for (const int length : {10, 30, 20}) driver.add({.name = "hog", .arrival = {}, .steps = {{1_ms * length, {}}}});
  driver.add({.name = "short", .arrival = Instant() + 1_ms, .steps = {{1_ms, {}}}});
  driver.run();
  EXPECT_EQ(driver.task(3).finish, Instant() + 2_ms);
  EXPECT_EQ(driver.task(1).finish, Instant() + 31_ms);
}

}  // namespace signalbox::srtf_test
