#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::linux_placement_test {

constexpr std::string_view policy = "eevdf:queue_per=cpu,balance=linux";

// Two cores of two threads.
std::vector<CpuPlace> smt() {
  std::vector<CpuPlace> places(4);
  for (std::uint16_t cpu = 0; cpu < 4; ++cpu) {
    places[cpu] = {.core = static_cast<std::uint16_t>(cpu / 2), .llc = 0, .node = {}};
  }
  return places;
}

CpuId first_cpu(const PolicyDriver& driver, std::size_t task) {
  for (const auto& slice : driver.slices()) {
    if (slice.task == &driver.task(task)) return slice.cpu;
  }
  return CpuId(999);
}

TEST(LinuxPlacement, PrefersAWhollyIdleCore) {
  PolicyDriver driver(policy, {.places = smt()});
  driver.add({.name = "a", .arrival = {}, .steps = {{10_ms, {}}}, .cpus = {0}});
  driver.add({.name = "b", .arrival = Instant() + 1_ms, .steps = {{1_ms, 1_ms}, {1_ms, {}}}, .cpus = {1}});
  driver.run(Instant() + 2500_us);
  driver.change_affinity(1, {0, 1, 2, 3});
  driver.run();
  // It wakes at 3 ms; CPU 1, where it ran, idles: that is enough.
  EXPECT_EQ(driver.slices().back().task->job.name, "a");
  EXPECT_TRUE(driver.violations().empty());
}

TEST(LinuxPlacement, WakesWhereItRanIfThatIdles) {
  PolicyDriver driver(policy, {.cpus = 4});
  driver.add({.name = "sleeper", .arrival = {}, .steps = {{1_ms, 5_ms}, {1_ms, 5_ms}, {1_ms, {}}}});
  driver.run();
  for (const auto& slice : driver.slices()) EXPECT_EQ(slice.cpu, first_cpu(driver, 0));
}

TEST(LinuxPlacement, FindsAnotherIdleCpuOfTheCacheIfItsOwnIsTaken) {
  PolicyDriver driver(policy, {.cpus = 2});
  driver.add({.name = "sleeper", .arrival = {}, .steps = {{1_ms, 5_ms}, {1_ms, {}}}});
  driver.add({.name = "hog", .arrival = Instant() + 2_ms, .steps = {{50_ms, {}}}, .cpus = {0}});
  driver.run();
  EXPECT_EQ(driver.task(0).longest_wait, Duration());
}

TEST(LinuxPlacement, ASmallThreadIsServedByAnIdleCpuThatItFits) {
  std::vector<CpuPlace> places(2);
  places[0] = {.core = 0, .llc = 0, .node = {}, .capacity = 200};
  places[1] = {.core = 1, .llc = 0, .node = {}, .capacity = 1024};
  PolicyDriver driver(policy, {.places = places});
  // Half busy by assumption at first: it does not fit 200.
  driver.add({.name = "new", .arrival = {}, .steps = {{1_ms, {}}}});
  driver.run();
  EXPECT_EQ(first_cpu(driver, 0), CpuId(1));
}

}  // namespace signalbox::linux_placement_test
