#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/generated.hpp"

namespace signalbox::cpu_io_mix_test {

using ::testing::HasSubstr;

TEST(CpuIoMix, EveryJobDoesTheSameWork) {
  for (const Task& task : generated("cpu_io_mix:work=30ms").tasks) EXPECT_EQ(work_of(task), 30_ms) << task.name;
}

TEST(CpuIoMix, TheShareIsExactAndNamed) {
  const Scenario scenario = generated("cpu_io_mix:jobs=10,io_share=35");
  int io = 0;
  for (const Task& task : scenario.tasks) io += task.name.starts_with("io") ? 1 : 0;
  EXPECT_EQ(io, 3);
  EXPECT_EQ(scenario.tasks[3].name, "cpu1");
}

TEST(CpuIoMix, BurstsHaveTheirMeanAndAWaitBetween) {
  const Scenario scenario = generated("cpu_io_mix:jobs=1,io_share=100,work=10s,io_burst=1ms,wait=10ms");
  const std::vector<ScriptEvent>& events = scenario.tasks[0].phases[0].events;
  EXPECT_EQ(events.size() % 2, 1U);
  EXPECT_NEAR(static_cast<double>(events.size()), 20'000, 4 * 200);
  Duration slept;
  for (const ScriptEvent& event : events) {
    if (const auto* const sleep = std::get_if<SleepEvent>(&event.action)) slept += sleep->duration;
  }
  EXPECT_NEAR(slept.seconds(), 100, 4 * 1.4);
}

TEST(CpuIoMix, MoreBurstsThanAFileShouldHoldAreRefused) {
  EXPECT_THAT(error_of([] { generated("cpu_io_mix:work=11s"); }),
              HasSubstr("work is more than 10000 times io_burst; expected less work, or a longer io_burst"));
}

}  // namespace signalbox::cpu_io_mix_test
