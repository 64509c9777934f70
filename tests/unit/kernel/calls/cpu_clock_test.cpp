#include "kernel/calls/cpu_clock.hpp"

#include <gtest/gtest.h>

#include "tests/support/machine_fixture.hpp"

namespace signalbox::cpu_clock_test {

TEST(CpuClock, TimesAreSplitIntoSecondsAndTheRest) {
  EXPECT_EQ(to_time_spec(3_s + 7_ns), (TimeSpec{3, 7}));
  const ResourceUsage usage =
      to_resource_usage({2_s + 1999_ns, 999_ns}, {.minor_faults = 3, .major_faults = 1, .peak_pages = 5});
  EXPECT_EQ(usage.user, (TimeVal{2, 1}));
  EXPECT_EQ(usage.kernel, (TimeVal{0, 0}));
  EXPECT_EQ(usage.minor_faults, 3);
  EXPECT_EQ(usage.major_faults, 1);
  EXPECT_EQ(usage.max_resident_kib, 20);
}

TEST(CpuClock, ProcessIsTheSumOfItsThreadsEndedOrNot) {
  MachineFixture fixture;
  Reached reached;
  fixture.spawn([&](Caller& caller) {
    create_thread(caller, [](Caller& other) {
      compute(other, 2_ms);
      sleep_for(other, 1_s);
    });
    create_thread(caller, [](Caller& other) {
      compute(other, 4_ms);
      other.charge(1_ms, Mode::kernel);
    });
    sleep_for(caller, 100_ms);
    compute(caller, 8_ms);
    EXPECT_EQ(cpu_times(caller.kernel(), caller.process()), (CpuTimes{14_ms, 1_ms}));
    reached.mark();
  });
  EXPECT_EQ(fixture.run(), RunEnd::finished);
}

}  // namespace signalbox::cpu_clock_test
