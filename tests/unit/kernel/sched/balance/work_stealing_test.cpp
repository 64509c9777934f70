#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::work_stealing_test {

std::vector<CpuPlace> two_caches() {
  std::vector<CpuPlace> places(4);
  for (std::uint16_t cpu = 0; cpu < 4; ++cpu)
    places[cpu] = {.core = cpu, .llc = static_cast<std::uint16_t>(cpu / 2), .node = {}};
  return places;
}

TEST(WorkStealing, AnIdleCpuTakesWhatWaits) {
  PolicyDriver driver("fcfs:queue_per=cpu,balance=work_stealing", {.cpus = 2});
  for (const Duration run : {1_ms, 30_ms, 1_ms, 30_ms})
    driver.add({.name = "job", .arrival = {}, .steps = {{run, {}}}});
  driver.run();
  EXPECT_EQ(*driver.task(3).first_run, Instant() + 2_ms);
  EXPECT_TRUE(driver.violations().empty());
}

TEST(WorkStealing, StealsFromTheNearestQueueFirst) {
  PolicyDriver driver("fcfs:queue_per=cpu,balance=work_stealing", {.places = two_caches()});
  // CPU 3 is free at 1 ms; then one waits on CPU 0 and one on CPU 2, its neighbour.
  for (const Duration run : {20_ms, 20_ms, 20_ms, 1_ms})
    driver.add({.name = "first", .arrival = {}, .steps = {{run, {}}}});
  driver.add({.name = "far", .arrival = {}, .steps = {{5_ms, {}}}, .cpus = {0, 3}});
  driver.add({.name = "near", .arrival = {}, .steps = {{5_ms, {}}}, .cpus = {2, 3}});
  driver.run();
  EXPECT_EQ(*driver.task(5).first_run, Instant() + 1_ms);
  EXPECT_EQ(*driver.task(4).first_run, Instant() + 6_ms);
}

TEST(WorkStealing, RespectsAffinity) {
  PolicyDriver driver("fcfs:queue_per=cpu,balance=work_stealing", {.cpus = 2});
  driver.add({.name = "short", .arrival = {}, .steps = {{1_ms, {}}}});
  for (int i = 0; i < 3; ++i) driver.add({.name = "pinned", .arrival = {}, .steps = {{5_ms, {}}}, .cpus = {1}});
  driver.run();
  EXPECT_EQ(driver.task(3).finish, Instant() + 15_ms);
  EXPECT_TRUE(driver.violations().empty());
}

}  // namespace signalbox::work_stealing_test
