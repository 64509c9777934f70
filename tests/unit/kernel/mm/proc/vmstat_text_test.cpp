#include "kernel/mm/proc/vmstat_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/host_text.hpp"

namespace signalbox::vmstat_text_test {

// What `vmstat -n 1 2` of procps 4.0.2 printed, and the counts behind it.
TEST(VmstatText, IsWhatProcpsPrinted) {
  const MemoryCounts memory{.total = 24'684'084 / 4,
                            .free = 24'101'804 / 4,
                            .buffers = 19'540 / 4,
                            .cached = 303'580 / 4,
                            .slab_reclaimable = 84'152 / 4};
  EXPECT_EQ(vmstat_line({.runnable = 2,
                         .memory = memory,
                         .interrupts = 5321,
                         .switches = 135,
                         .user = 1_s,
                         .idle = 1_s,
                         .interval = 1_s}),
            " 2  0      0 24101804  19540 387732    0    0     0     0 5321  135 50  0 50  0  0\n");
}

TEST(VmstatText, RatesAreASecondAndSharesPercentToTheNearest) {
  const VmstatSample sample{.runnable = 1,
                            .blocked = 3,
                            .memory = {.total = 1000, .free = 10, .swap_total = 512, .swap_free = 256},
                            .swapped_in = 100,
                            .swapped_out = 51,
                            .read_bytes = 512 << 10U,
                            .written_bytes = 3 << 10U,
                            .interrupts = 10,
                            .switches = 7,
                            .user = 1_ms,
                            .system = 2_ms,
                            .idle = 3_ms,
                            .waiting = 1_ms,
                            .stolen = 1_ms,
                            .interval = 2_s};
  EXPECT_EQ(vmstat_line(sample), " 1  3   1024     40      0      0  200  102   256     2    5    4 13 25 38 13 13\n");
}

TEST(VmstatText, AnEmptyIntervalIsNoDivisionByZero) {
  EXPECT_EQ(vmstat_line({.switches = 4}),
            " 0  0      0      0      0      0    0    0     0     0    0    0  0  0  0  0  0\n");
}

TEST(VmstatText, HeaderIsTheHosts) {
  const std::vector<std::string> host = lines_of(host_command("vmstat"));
  if (host.size() != 3) GTEST_SKIP() << "the host has no vmstat";
  EXPECT_THAT(host[1], testing::StartsWith(lines_of(vmstat_header())[1])) << "later versions add a column";
  EXPECT_THAT(lines_of(vmstat_header())[0].substr(0, 63), host[0].substr(0, 63));
}

}  // namespace signalbox::vmstat_text_test
