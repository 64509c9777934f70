#include "tools/experiment/memory_report.hpp"

#include <gtest/gtest.h>

#include "tests/support/memory_machine.hpp"

namespace signalbox::memory_report_test {

TEST(MemoryReport, AMachineWithoutMemoryHasNone) {
  MachineFixture fixture;
  EXPECT_FALSE(memory_report(fixture.machine()).has_value());
}

TEST(MemoryReport, SaysWhatTheMachineCounted) {
  MachineFixture fixture(with_memory(4 * mib, 16 * mib));
  fixture.spawn([](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 1536);
    for (int pass = 0; pass < 2; ++pass) {
      for (std::uint64_t page = 0; page < 1536; ++page) memory.store(word_of(at, page), page);
    }
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  const MemoryReport report = memory_report(fixture.machine()).value();
  EXPECT_EQ(report.bytes, 4 * mib);
  EXPECT_EQ(report.swap_bytes, 16 * mib);
  EXPECT_GE(report.minor_faults, 1536U);
  EXPECT_GT(report.major_faults, 0U);
  EXPECT_GE(report.accesses, 3072U);
  EXPECT_GE(report.tlb_misses, 1536U);
  EXPECT_GE(report.root_loads, 1U);
  EXPECT_GT(report.swapped_out, 0U);
  EXPECT_GT(report.swapped_in, 0U);
  EXPECT_GT(report.disk_busy, Duration());
  EXPECT_LE(report.peak_bytes, report.bytes);
  EXPECT_EQ(report.oom_kills, 0U);
}

}  // namespace signalbox::memory_report_test
