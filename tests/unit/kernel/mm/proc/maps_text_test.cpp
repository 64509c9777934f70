#include "kernel/mm/proc/maps_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/mm/space/brk.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "kernel/mm/space/program_image.hpp"
#include "tests/support/address_maps.hpp"
#include "tests/support/host_text.hpp"

namespace signalbox::maps_text_test {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A program with heap, file pages, a mapping of its own and a stack.
struct Program : SpaceUnderTest {
  Program() {
    Prng random(1);
    EXPECT_TRUE(load_image(map, {.file = opened(), .text_bytes = 5000, .bss_bytes = 3 * page_bytes}, random));
    EXPECT_TRUE(sbrk(map, 4096));
    mapped({.bytes = 2 * page_bytes, .prot = prot_none});
  }
};

TEST(MapsText, IsWhatLinuxShows) {
  const Program program;
  EXPECT_EQ(maps_text(program.map),
            "555555554000-555555556000 r-xp 00000000 00:00 42                         /bin/program\n"
            "555555556000-555555557000 rw-p 00002000 00:00 42                         /bin/program\n"
            "555555557000-55555555b000 rw-p 00000000 00:00 0                          [heap]\n"
            "7ffff7ffd000-7ffff7fff000 ---p 00000000 00:00 0 \n"
            "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]\n");
}

TEST(MapsText, SharedIsSaid) {
  SpaceUnderTest space;
  space.mapped({.hint = VirtAddr(0x20'0000),
                .bytes = page_bytes,
                .prot = prot_read,
                .flags = map_shared | map_fixed,
                .object = opened(),
                .offset = 0x12'3456'7000});
  EXPECT_EQ(maps_text(space.map),
            "00200000-00201000 r--s 1234567000 00:00 42                               /bin/program\n");
}

// The same columns as the host's: only the device differs in kind.
TEST(MapsText, HasTheHostsColumns) {
  const std::string host = host_file("/proc/self/maps");
  if (host.empty()) GTEST_SKIP() << "the host has no /proc";
  for (const std::string& line : lines_of(host + maps_text(Program().map))) {
    EXPECT_THAT(line, ::testing::ContainsRegex("^[0-9a-f]{8,}-[0-9a-f]{8,} [r-][w-][x-][sp] [0-9a-f]{8,} "
                                               "[0-9a-f]{2,}:[0-9a-f]{2,} [0-9]+ "));
    const std::size_t name = line.find_first_of("/[");
    if (name != std::string::npos) {
      EXPECT_EQ(name, 73U) << line;
    }
  }
}

// A proportional sum: 1000 bytes more than whole KiB, which nothing shows.
constexpr std::uint64_t share_of(std::uint64_t kib) { return ((kib << 10U) + 1000) << MappingUse::fraction_bits; }

constexpr MappingUse heap_use{.resident = 12 << 10U,
                              .shared_clean = 1 << 10U,
                              .shared_dirty = 2 << 10U,
                              .private_clean = 3 << 10U,
                              .private_dirty = 5 << 10U,
                              .referenced = 7 << 10U,
                              .anonymous = 8 << 10U,
                              .lazy_free = 9 << 10U,
                              .anonymous_huge = 2 << 20U,
                              .shared_memory_huge = 4 << 20U,
                              .file_huge = 8 << 20U,
                              .swap = 10 << 10U,
                              .proportional = share_of(6),
                              .proportional_dirty = share_of(4),
                              .proportional_swap = share_of(11),
                              .proportional_locked = share_of(13),
                              .may_be_huge = true};

constexpr std::string_view shown_heap =
    "[heap]\n"
    "Size:                 16 kB\n"
    "KernelPageSize:        4 kB\n"
    "MMUPageSize:           4 kB\n"
    "Rss:                  12 kB\n"
    "Pss:                   6 kB\n"
    "Pss_Dirty:             4 kB\n"
    "Shared_Clean:          1 kB\n"
    "Shared_Dirty:          2 kB\n"
    "Private_Clean:         3 kB\n"
    "Private_Dirty:         5 kB\n"
    "Referenced:            7 kB\n"
    "Anonymous:             8 kB\n"
    "LazyFree:              9 kB\n"
    "AnonHugePages:      2048 kB\n"
    "ShmemPmdMapped:     4096 kB\n"
    "FilePmdMapped:      8192 kB\n"
    "Shared_Hugetlb:        0 kB\n"
    "Private_Hugetlb:       0 kB\n"
    "Swap:                 10 kB\n"
    "SwapPss:              11 kB\n"
    "Locked:               13 kB\n"
    "THPeligible:    1\n"
    "VmFlags: rd wr mr mw me lo ac \n"
    "7ffff7ffd000-";

TEST(SmapsText, IsWhatLinuxShows) {
  Program program;
  program.map.limits.may_lock = true;
  ASSERT_TRUE(mlock(program.map, VirtAddr(0x5555'5555'7000), 4 * page_bytes));
  std::vector<MappingUse> uses(program.map.vmas().size());
  uses[2] = heap_use;
  const std::string text = smaps_text(program.map, uses);
  EXPECT_THAT(text, HasSubstr(std::string(shown_heap)));
  EXPECT_THAT(text, HasSubstr("VmFlags: mr mw me \n")) << "an access to it is forbidden";
  EXPECT_THAT(text, ::testing::EndsWith("VmFlags: rd wr mr mw me gd ac \n"));
}

TEST(SmapsText, NamesAndOrderAreTheHosts) {
  const std::vector<std::string> host = names_of(host_file("/proc/self/smaps"));
  if (host.size() < 2 || host[1] != "Size") GTEST_SKIP() << "the host has no smaps";
  SpaceUnderTest space;
  space.fixed(0x10'0000, 1);
  std::vector<std::string> ours = names_of(smaps_text(space.map, std::vector<MappingUse>(1)));
  ours.erase(ours.begin());  // the mapping
  const auto end = std::find(host.begin(), host.end(), "VmFlags");
  EXPECT_THAT(out_of_order(ours, {host.begin(), std::next(end)}), IsEmpty());
}

// Both programs write the widths that their lines have, whatever the numbers. Another program's lines: under a
// sanitizer our own has terabytes, which need more room.
TEST(SmapsText, WidthsAreTheHosts) {
  const std::vector<std::string> host = lines_of(host_command("cat /proc/self/smaps"));
  if (host.size() < 2 || !host[1].starts_with("Size:")) GTEST_SKIP() << "the host has no smaps";
  SpaceUnderTest space;
  space.fixed(0x10'0000, 1);
  for (const std::string& line : lines_of(smaps_text(space.map, std::vector<MappingUse>(1)))) {
    const std::string name = line.substr(0, line.find(':') + 1);
    if (!line.ends_with(" kB")) continue;
    for (const std::string& other : host) {
      if (other.starts_with(name)) {
        EXPECT_EQ(other.size(), line.size()) << other;
      }
    }
  }
}

TEST(SmapsRollupText, NamesAndOrderAreTheHosts) {
  const std::vector<std::string> host = names_of(host_file("/proc/self/smaps_rollup"));
  if (host.size() < 2 || host[1] != "Rss") GTEST_SKIP() << "the host has none";
  const Program program;
  const std::vector<MappingUse> uses(program.map.vmas().size());
  std::vector<std::string> ours = names_of(smaps_rollup_text(program.map, uses));
  ours.erase(ours.begin());  // the line of maps
  EXPECT_THAT(out_of_order(ours, host), IsEmpty());
}

// Linux adds the exact shares: three thirds of a page are a page.
TEST(SmapsRollupText, AddsSharesBeforeItRounds) {
  constexpr std::uint64_t third = (std::uint64_t{4096} << MappingUse::fraction_bits) / 3;
  Program program;
  std::vector<MappingUse> uses(program.map.vmas().size());
  ASSERT_GE(uses.size(), 3U);
  for (std::size_t vma = 0; vma < 3; ++vma) {
    uses[vma] = {.resident = 4096, .swap = 4096, .proportional = third, .proportional_anonymous = third};
  }
  const std::vector<std::string> lines = lines_of(smaps_rollup_text(program.map, uses));
  EXPECT_THAT(lines.front(), ::testing::MatchesRegex("[0-9a-f]+-[0-9a-f]+ ---p 00000000 00:00 0 +\\[rollup\\]"));
  EXPECT_EQ(lines.front().find('['), 73U);
  EXPECT_THAT(lines, ::testing::Contains("Rss:                  12 kB"));
  EXPECT_THAT(lines, ::testing::Contains("Pss:                   3 kB"));  // 4095.75 bytes
  EXPECT_THAT(lines, ::testing::Contains("Pss_Anon:              3 kB"));
  EXPECT_THAT(lines, ::testing::Contains("Pss_File:              0 kB"));
  EXPECT_THAT(lines, ::testing::Contains("Swap:                 12 kB"));
}

}  // namespace signalbox::maps_text_test
