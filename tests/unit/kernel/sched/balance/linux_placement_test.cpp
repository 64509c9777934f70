#include <gtest/gtest.h>

#include "tests/support/policy_driver.hpp"

namespace signalbox::linux_placement_test {

constexpr std::string_view policy = "eevdf:queue_per=cpu,balance=linux";

// Cores of two threads.
std::vector<CpuPlace> smt(unsigned cores) {
  std::vector<CpuPlace> places(2 * cores);
  for (std::uint16_t cpu = 0; cpu < 2 * cores; ++cpu) {
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

CpuId last_cpu(const PolicyDriver& driver, std::size_t task) {
  CpuId last(999);
  for (const auto& slice : driver.slices()) {
    if (slice.task == &driver.task(task)) last = slice.cpu;
  }
  return last;
}

// fair.c, select_idle_core: before the idle sibling of where it ran (4), and before the first idle CPU (1).
TEST(LinuxPlacement, PrefersAWhollyIdleCore) {
  PolicyDriver driver(policy, {.places = smt(3)});
  driver.add({.name = "sleeper", .arrival = {}, .steps = {{1_ms, 5_ms}, {1_ms, {}}}, .cpus = {5}});
  driver.run(Instant() + 2_ms);
  driver.change_affinity(0, {0, 1, 2, 3, 4, 5});
  for (const unsigned cpu : {0U, 5U}) {
    driver.add({.name = "hog", .arrival = Instant() + 3_ms, .steps = {{20_ms, {}}}, .cpus = {cpu}});
  }
  driver.run();
  EXPECT_EQ(last_cpu(driver, 0), CpuId(2));
  EXPECT_EQ(driver.task(0).longest_wait, Duration());
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

// Two caches of so many CPUs each.
std::vector<CpuPlace> two_caches(unsigned size) {
  std::vector<CpuPlace> places(2 * size);
  for (unsigned cpu = 0; cpu < 2 * size; ++cpu) {
    places[cpu] = {.core = static_cast<std::uint16_t>(cpu), .llc = static_cast<std::uint16_t>(cpu / size), .node = {}};
  }
  return places;
}

DriverJob woken(const char* name, std::size_t waker, std::vector<DriverStep> steps) {
  return {.name = name, .arrival = Instant() + 1_us, .steps = std::move(steps), .waker = waker};
}

// fair.c, wake_affine: to the waker's cache, if it is less busy there.
TEST(LinuxPlacement, WakesNearItsWaker) {
  PolicyDriver driver(policy, {.places = two_caches(2)});
  driver.add({.name = "waker", .arrival = {}, .steps = {{100_ms, {}}}, .cpus = {0}});
  driver.add(woken("wakee", 0, {{1_ms, 5_ms}, {1_ms, {}}}));
  driver.add({.name = "hog", .arrival = Instant() + 2_ms, .steps = {{100_ms, {}}}, .cpus = {2}});
  driver.add({.name = "hog", .arrival = Instant() + 2_ms, .steps = {{100_ms, {}}}, .cpus = {2}});
  driver.add({.name = "hog", .arrival = Instant() + 2_ms, .steps = {{100_ms, {}}}, .cpus = {3}});
  driver.run();
  EXPECT_EQ(first_cpu(driver, 1), CpuId(2)) << "the cache with more idle CPUs, at first";
  EXPECT_EQ(last_cpu(driver, 1), CpuId(1));
}

// fair.c, wake_wide: who belongs to a crowd larger than a cache stays where it was.
TEST(LinuxPlacement, OneOfACrowdStaysWhereItWas) {
  for (const bool is_wide : {false, true}) {
    PolicyDriver driver(policy, {.places = two_caches(2)});
    driver.add({.name = "server", .arrival = {}, .steps = {{1_s, {}}}, .cpus = {0}});
    driver.add(woken("client", 0, {{100_ms, 100_ms}, {1_ms, {}}}));
    const auto add_pair_woken_by = [&](std::size_t waker, std::size_t times) {
      DriverJob other = woken("other", waker, std::vector<DriverStep>(times, {100_us, 1_ms}));
      other.cpus = {3};
      if (!is_wide) other.waker.reset();
      for (int i = 0; i < 2; ++i) driver.add(other);
    };
    add_pair_woken_by(1, 4);
    add_pair_woken_by(0, 40);
    for (int i = 0; i < 3; ++i) {
      driver.add({.name = "hog", .arrival = Instant() + 150_ms, .steps = {{300_ms, {}}}, .cpus = {2}});
    }
    driver.run();
    EXPECT_EQ(first_cpu(driver, 1), CpuId(2));
    EXPECT_EQ(last_cpu(driver, 1), is_wide ? CpuId(3) : CpuId(1));
  }
}

// fair.c, select_idle_smt: without a wholly idle core, the sibling of where it ran.
TEST(LinuxPlacement, TakesTheSiblingWhereNoCoreIsWhollyIdle) {
  PolicyDriver driver(policy, {.places = smt(2)});
  driver.add({.name = "sleeper", .arrival = {}, .steps = {{1_ms, 5_ms}, {1_ms, {}}}, .cpus = {2}});
  driver.run(Instant() + 2_ms);
  driver.change_affinity(0, {0, 1, 2, 3});
  for (const unsigned cpu : {0U, 2U}) {
    driver.add({.name = "hog", .arrival = Instant() + 3_ms, .steps = {{20_ms, {}}}, .cpus = {cpu}});
  }
  driver.run();
  EXPECT_EQ(last_cpu(driver, 0), CpuId(3));
}

// fair.c, sched_idle_cpu.
TEST(LinuxPlacement, ACpuOfAnIdleClassThreadIsAsGoodAsIdle) {
  PolicyDriver driver(policy, {.cpus = 2});
  DriverJob idle{.name = "idle", .arrival = {}, .steps = {{50_ms, {}}}, .weight = idle_weight, .cpus = {1}};
  idle.attributes.sched_class = SchedClass::idle;
  driver.add(idle);
  driver.add({.name = "hog", .arrival = Instant() + 2_ms, .steps = {{50_ms, {}}}, .cpus = {0}});
  driver.add({.name = "sleeper", .arrival = {}, .steps = {{1_ms, 5_ms}, {1_ms, {}}}, .cpus = {0}});
  driver.run(Instant() + 3_ms);
  driver.change_affinity(2, {0, 1});
  driver.run();
  EXPECT_EQ(last_cpu(driver, 2), CpuId(1));
  EXPECT_EQ(driver.task(2).longest_wait, Duration());
}

// fair.c, sched_balance_find_dst_group: children go where most CPUs idle, and stay where as many do.
TEST(LinuxPlacement, ChildrenSpreadOverTheCaches) {
  PolicyDriver driver(policy, {.places = two_caches(4)});
  driver.add({.name = "maker", .arrival = {}, .steps = {{50_ms, {}}}, .cpus = {0}});
  for (int i = 1; i <= 3; ++i) {
    DriverJob child = woken("child", 0, {{50_ms, {}}});
    child.arrival = Instant() + i * 1_ms;
    driver.add(child);
  }
  driver.run();
  EXPECT_EQ(first_cpu(driver, 1), CpuId(4));
  EXPECT_EQ(first_cpu(driver, 2), CpuId(1)) << "three idle in either cache: the maker's";
  EXPECT_EQ(first_cpu(driver, 3), CpuId(5));
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
