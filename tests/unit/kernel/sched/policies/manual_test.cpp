#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/policy_table.hpp"

namespace signalbox::manual_test {

PolicyChoice manual(const std::string& decisions) {
  OptionFile file{.path = "decisions.txt", .text = decisions};
  return {find_policy("manual"), OptionValues({{"file", std::move(file)}})};
}

// Threads A, B and C are 1, 2 and 3, all ready at the start; each computes for 4 ms.
std::string gantt(const std::string& decisions) {
  PolicyDriver driver(manual(decisions), {});
  for (const char* const name : {"A", "B", "C"}) driver.add({.name = name, .arrival = {}, .steps = {{4_ms, {}}}});
  driver.run();
  EXPECT_TRUE(driver.violations().empty());
  return driver.gantt();
}

TEST(Manual, WithoutAFileItIsFcfs) {
  EXPECT_EQ(gantt(""), "A4 B4 C4");
  EXPECT_EQ(PolicyTable("manual", stallings_table).finishes(), PolicyTable("fcfs", stallings_table).finishes());
}

TEST(Manual, DecisionsAreDoneInOrder) {
  EXPECT_EQ(gantt("3\n1\n2"), "C4 A4 B4");
  EXPECT_EQ(gantt("2 for 1ms\n3 for 2ms\n2 for 1ms\n1"), "B1 C2 B1 A4 C2 B2");
}

TEST(Manual, WhatIsLeftOpenFallsBackToFcfs) {
  EXPECT_EQ(gantt("2"), "B4 A4 C4");
  // Its length is over: it goes to the end of the queue.
  EXPECT_EQ(gantt("2 for 1ms"), "B1 A4 C4 B3");
  EXPECT_EQ(gantt("1 for 1ms"), "A1 B4 C4 A3");
}

TEST(Manual, TimeOfADecisionTakesTheCpu) {
  EXPECT_EQ(gantt("3 at 1ms"), "A1 C4 A3 B4");
  EXPECT_EQ(gantt("2\n3 at 1ms for 2ms\n1 at 2ms"), "B1 C1 A4 C3 B3");
  // Who runs already goes on, for the length that is said now.
  EXPECT_EQ(gantt("1 at 2ms for 1ms"), "A3 B4 C4 A1");
  EXPECT_EQ(gantt("1 at 2ms for 1ms\n3 at 3ms"), "A3 C4 B4 A1");
}

TEST(Manual, DecisionForWhoHasEndedIsPassedOver) { EXPECT_EQ(gantt("1\n1\n3"), "A4 C4 B4"); }

TEST(Manual, DecisionForNobodyStandsForEver) { EXPECT_EQ(gantt("77\n3"), "A4 B4 C4"); }

// A decision stands until its thread is there; fcfs fills the time, and gives way at once.
TEST(Manual, DecisionWaitsForItsThread) {
  PolicyDriver driver(manual("2\n3\n1"), {});
  driver.add({.name = "A", .arrival = {}, .steps = {{10_ms, {}}}});
  driver.add({.name = "B", .arrival = Instant() + 3_ms, .steps = {{2_ms, 3_ms}, {1_ms, {}}}});
  driver.add({.name = "C", .arrival = Instant() + 4_ms, .steps = {{5_ms, {}}}});
  driver.run();
  EXPECT_EQ(driver.gantt(), "A3 B2 C5 A7 B1");
}

TEST(Manual, YieldEndsATurn) {
  PolicyDriver driver(manual("1\n2\n1"), {});
  driver.add({.name = "A", .arrival = {}, .steps = {{1_ms, {}, true}, {2_ms, {}}}});
  driver.add({.name = "B", .arrival = {}, .steps = {{1_ms, {}, true}, {1_ms, {}}}});
  driver.add({.name = "C", .arrival = {}, .steps = {{1_ms, {}}}});
  driver.run();
  EXPECT_EQ(driver.gantt(), "A1 B1 A2 C1 B1");
}

TEST(Manual, EveryCpuHasItsOwnDecisions) {
  PolicyDriver driver(manual("2 cpu 1\n3 cpu 0 at 2ms\n1 cpu 9"), {.cpus = 2});
  for (const char* const name : {"A", "B", "C"}) driver.add({.name = name, .arrival = {}, .steps = {{4_ms, {}}}});
  driver.run();
  for (const auto& slice : driver.slices()) {
    EXPECT_EQ(slice.cpu == CpuId(1), slice.task == &driver.task(1) || slice.from == Instant() + 4_ms);
  }
  EXPECT_EQ(driver.gantt(), "A2 C4");
  EXPECT_EQ(driver.task(0).finish, Instant() + 6_ms);
}

// The thread wakes on CPU 1's behalf only because a decision there waits for it; what runs there gives way.
TEST(Manual, CpuWhoseDecisionWaitsIsCalled) {
  PolicyDriver driver(manual("3 cpu 1"), {.cpus = 2});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.add({.name = "C", .arrival = Instant() + 2_ms, .steps = {{1_ms, {}}}});
  driver.run(Instant() + 10_ms);
  EXPECT_EQ(driver.task(2).finish, Instant() + 3_ms);
  EXPECT_EQ(driver.gantt(), "A10");
}

TEST(Manual, OnAMachineThatTicksLengthsEndAtTicks) {
  PolicyDriver driver(manual("1 for 1ms\n2"), {.tick = 4_ms});
  driver.add(hog("A"));
  driver.add(hog("B"));
  driver.run(Instant() + 10_ms);
  EXPECT_EQ(driver.gantt(), "A4 B6");
}

std::string some_decisions() {
  std::string text;
  std::array<std::int64_t, 4> latest{};
  const auto count = *rc::gen::inRange(0, 40);
  for (int i = 0; i < count; ++i) {
    const auto cpu = *rc::gen::inRange<std::size_t>(0, latest.size());
    text += fmt::format("{} cpu {}", *rc::gen::inRange(1, 10), cpu);
    if (*rc::gen::inRange(0, 3) == 0) {
      latest[cpu] += *rc::gen::inRange(0, 5'000);
      text += fmt::format(" at {}us", latest[cpu]);
    }
    if (*rc::gen::arbitrary<bool>()) text += fmt::format(" for {}us", *rc::gen::inRange(1, 3'000));
    text += '\n';
  }
  return text;
}

// Whatever the file says, everybody ends, nobody runs where it must not, and no CPU idles while somebody is ready.
RC_GTEST_PROP(Manual, KeepsItsPromisesUnderAnyDecisions, ()) {
  const auto cpus = *rc::gen::inRange(1U, 4U);
  const std::string text = some_decisions();
  PolicyDriver driver(manual(text), {.cpus = cpus, .picks_at_once = *rc::gen::arbitrary<bool>()});
  const auto jobs = *rc::gen::inRange<std::size_t>(1, 10);
  for (std::size_t i = 0; i < jobs; ++i) {
    DriverJob job{.name = fmt::format("{}", i), .arrival = Instant() + 1_us * *rc::gen::inRange(0, 5'000), .steps = {}};
    const auto steps = *rc::gen::inRange(1, 5);
    for (int step = 0; step < steps; ++step) {
      job.steps.push_back(
          {1_us * *rc::gen::inRange(1, 3'000), 1_us * *rc::gen::inRange(0, 3'000), *rc::gen::inRange(0, 4) == 0});
    }
    if (*rc::gen::inRange(0, 3) == 0) job.cpus = {*rc::gen::inRange(0U, cpus)};
    driver.add(job);
  }
  for (int change = 0; change < 3; ++change) {
    driver.run(driver.now() + 1_ms);
    const auto job = *rc::gen::inRange<std::size_t>(0, jobs);
    if (driver.task(job).state != DriverTask::State::gone) driver.change_affinity(job, {*rc::gen::inRange(0U, cpus)});
  }
  driver.run();
  if (!driver.violations().empty()) RC_FAIL(driver.violations().front());
  for (std::size_t i = 0; i < jobs; ++i) RC_ASSERT(driver.task(i).state == DriverTask::State::gone);
}

}  // namespace signalbox::manual_test
