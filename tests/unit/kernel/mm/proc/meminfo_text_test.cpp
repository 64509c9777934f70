#include "kernel/mm/proc/meminfo_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/host_text.hpp"

namespace signalbox::meminfo_text_test {

// Every field its own number.
constexpr MemoryCounts counts{.total = 262'144,
                              .free = 1,
                              .available = 2,
                              .buffers = 3,
                              .cached = 4,
                              .swap_cached = 5,
                              .active_anonymous = 6,
                              .inactive_anonymous = 7,
                              .active_file = 8,
                              .inactive_file = 9,
                              .unevictable = 10,
                              .locked = 11,
                              .swap_total = 12,
                              .swap_free = 13,
                              .dirty = 14,
                              .writeback = 15,
                              .anonymous = 16,
                              .mapped = 17,
                              .shared = 18,
                              .slab_reclaimable = 19,
                              .slab_unreclaimable = 20,
                              .kernel_stacks = 21,
                              .page_tables = 22,
                              .commit_limit = 23,
                              .committed = 24,
                              .anonymous_huge = 512};

constexpr std::string_view shown =
    "MemTotal:        1048576 kB\n"
    "MemFree:               4 kB\n"
    "MemAvailable:          8 kB\n"
    "Buffers:              12 kB\n"
    "Cached:               16 kB\n"
    "SwapCached:           20 kB\n"
    "Active:               56 kB\n"
    "Inactive:             64 kB\n"
    "Active(anon):         24 kB\n"
    "Inactive(anon):       28 kB\n"
    "Active(file):         32 kB\n"
    "Inactive(file):       36 kB\n"
    "Unevictable:          40 kB\n"
    "Mlocked:              44 kB\n"
    "SwapTotal:            48 kB\n"
    "SwapFree:             52 kB\n"
    "Dirty:                56 kB\n"
    "Writeback:            60 kB\n"
    "AnonPages:            64 kB\n"
    "Mapped:               68 kB\n"
    "Shmem:                72 kB\n"
    "KReclaimable:         76 kB\n"
    "Slab:                156 kB\n"
    "SReclaimable:         76 kB\n"
    "SUnreclaim:           80 kB\n"
    "KernelStack:          84 kB\n"
    "PageTables:           88 kB\n"
    "CommitLimit:          92 kB\n"
    "Committed_AS:         96 kB\n"
    "AnonHugePages:      2048 kB\n";

TEST(MeminfoText, IsWhatLinuxShows) { EXPECT_EQ(meminfo_text(counts), shown); }

TEST(MeminfoText, NamesOrderAndWidthsAreTheHosts) {
  const std::string host = host_file("/proc/meminfo");
  if (host.find("KReclaimable") == std::string::npos) GTEST_SKIP() << "the host has no meminfo of Linux 4.20 or later";
  EXPECT_THAT(out_of_order(names_of(meminfo_text({})), names_of(host)), testing::IsEmpty());
  for (const std::string& line : lines_of(host)) {
    if (line.starts_with("MemTotal") || line.starts_with("Inactive(anon)")) {
      EXPECT_EQ(line.size(), std::string("MemTotal:              0 kB").size()) << line;
    }
  }
}

}  // namespace signalbox::meminfo_text_test
