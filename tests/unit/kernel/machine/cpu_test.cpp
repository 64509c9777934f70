#include "kernel/machine/cpu.hpp"

#include <gtest/gtest.h>

namespace signalbox::cpu_test {

TEST(Cpu, FullCapacityTakesWorkAsItIs) {
  const Cpu cpu(CpuId(0), 1024);
  EXPECT_EQ(cpu.time_for(3_ms), 3_ms);
  EXPECT_EQ(cpu.work_in(3_ms), 3_ms);
  EXPECT_EQ(cpu.time_for(Duration::max()), Duration::max()) << "nothing is multiplied";
}

TEST(Cpu, HalfCapacityTakesTwiceAsLong) {
  const Cpu cpu(CpuId(0), 512);
  EXPECT_EQ(cpu.time_for(3_ms), 6_ms);
  EXPECT_EQ(cpu.work_in(6_ms), 3_ms);
}

TEST(Cpu, TimeIsRoundedUpAndWorkDown) {
  const Cpu cpu(CpuId(0), 1000);
  EXPECT_EQ(cpu.time_for(1_ns), 2_ns);
  EXPECT_EQ(cpu.work_in(1_ns), 0_ns);
  for (std::int64_t work = 1; work < 3000; ++work) {
    const Duration time = cpu.time_for(Duration(work));
    EXPECT_GE(cpu.work_in(time), Duration(work)) << "the time that work takes is enough for it";
    EXPECT_LT(cpu.work_in(time - 1_ns), Duration(work)) << "and no more than enough";
  }
}

}  // namespace signalbox::cpu_test
