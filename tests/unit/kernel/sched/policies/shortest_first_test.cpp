#include "kernel/sched/policies/shortest_first.hpp"

#include <gtest/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::shortest_first_test {

// On a CPU of half the speed a burst takes twice the time; what is left of it is less than the clock says.
TEST(ShortestFirst, SlowCpuDoesLessOfABurst) {
  PolicyDriver::Options slow;
  slow.places.resize(1);
  slow.places[0].capacity = CpuPlace::full_capacity / 2;
  PolicyDriver driver("srtf", slow);
  driver.add({.name = "A", .arrival = {}, .steps = {{10_ms, {}}}});
  driver.add({.name = "B", .arrival = Instant() + 6_ms, .steps = {{6_ms, {}}}});
  driver.run();
  EXPECT_EQ(driver.gantt(), "A6 B12 A14");
}

}  // namespace signalbox::shortest_first_test
