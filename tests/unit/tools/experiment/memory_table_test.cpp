#include "tools/experiment/memory_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/mm/reclaim/registry.hpp"
#include "tools/experiment/machine_file.hpp"

namespace signalbox::memory_table_test {

using testing::HasSubstr;

std::optional<MemoryHardware> memory_in(const std::string& table) {
  return parse_machine("[memory]\n" + table, "mine.toml").config.memory;
}

std::string error_of(const std::string& table) {
  try {
    memory_in(table);
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

TEST(MemoryTable, AMachineHasMemoryOnlyIfItSaysSo) {
  EXPECT_FALSE(parse_machine("", "mine.toml").config.memory.has_value());
  const auto memory = memory_in("");
  ASSERT_TRUE(memory.has_value());
  EXPECT_EQ(memory->main.bytes, std::uint64_t{1} << 30U);
  EXPECT_EQ(memory->main.swap_bytes, 0U);
}

TEST(MemoryTable, EveryKeyCounts) {
  const std::vector<std::string> lines{"size = \"64MiB\"",
                                       "swap = \"1GiB\"",
                                       "page_table = \"flat\"",
                                       "tier = \"fast\"",
                                       "tags = \"none\"",
                                       "overcommit = \"never\"",
                                       "layout = \"plain\"",
                                       "replacement = \"clock\"",
                                       "replacement = \"arc\"",
                                       "swappiness = 10",
                                       "tlb_l1 = [8, 2]",
                                       "tlb_l1_large = [4, 2]",
                                       "tlb_l2 = [64, 4]",
                                       "disk_latency = \"100us\"",
                                       "disk_transfer = \"5us\"",
                                       "transparent_hugepage = \"always\"",
                                       "transparent_hugepage = \"madvise\"",
                                       "swap = \"1MiB\"\nreplacement = \"fifo\"\nreplacement_scope = "
                                       "\"local\"\nframe_allocation = \"proportional\"",
                                       "transparent_hugepage = \"always\"\nkhugepaged_scan_sleep = \"1s\"",
                                       "transparent_hugepage = \"always\"\nkhugepaged_pages_to_scan = 512",
                                       "transparent_hugepage = \"always\"\nkhugepaged_max_ptes_none = 64"};
  for (const std::string& line : lines) EXPECT_NE(memory_text(*memory_in(line)), memory_text(*memory_in(""))) << line;
}

TEST(MemoryTable, BadValuesAreNamedWithTheirPlace) {
  EXPECT_THAT(error_of("size = \"5000\""), HasSubstr("mine.toml:2:8: error: 'size' is \"5000\""));
  EXPECT_THAT(error_of("size = \"1TiB\""), HasSubstr("from 1MiB to 16GiB"));
  EXPECT_THAT(error_of("tlb_l1 = [3, 2]"), HasSubstr("'tlb_l1' has 3 sets"));
  EXPECT_THAT(error_of("tlb_l1 = 3"), HasSubstr("no pair of numbers"));
  EXPECT_THAT(error_of("tier = \"slow\""), HasSubstr("one of fast, exact, full"));
  EXPECT_THAT(
      error_of("replacement = \"opt\""),
      HasSubstr("mine.toml:2:15: error: 'replacement' is \"opt\", which must know the future; expected one of"));
  EXPECT_THAT(error_of("replacement = \"random\""), HasSubstr("'replacement' is \"random\"; expected one of 2q, "));
  EXPECT_THAT(error_of("page_table = \"x86_32\"\nsize = \"4GiB\""), HasSubstr("at most 3GiB"));
  EXPECT_THAT(error_of("page_table = \"x86_32\"\ntransparent_hugepage = \"always\""),
              HasSubstr("the page table x86_64"));
  EXPECT_THAT(error_of("khugepaged_scan_sleep = \"1s\""),
              HasSubstr("mine.toml:2:25: error: 'khugepaged_scan_sleep' without huge pages"));
  EXPECT_THAT(error_of("transparent_hugepage = \"always\"\nkhugepaged_max_ptes_none = 512"), HasSubstr("511"));
  EXPECT_THAT(error_of("swap = \"1MiB\"\nframe_allocation = \"equal\""),
              HasSubstr("mine.toml:3:20: error: a fixed 'frame_allocation' with global replacement"));
  EXPECT_THAT(error_of("replacement = \"fifo\"\nreplacement_scope = \"local\"\nframe_allocation = \"equal\""),
              HasSubstr("without swap"));
  EXPECT_THAT(error_of("sise = \"4GiB\""), HasSubstr("did you mean 'size'"));
}

TEST(MemoryTable, EveryPolicyThatAKernelCanHaveIsReached) {
  for (const ReclaimerRow* row : all_reclaimers()) {
    const std::string window = row->uses_tau ? "\nreplacement_window = \"10ms\"" : "";
    const std::string table = "replacement = \"" + std::string(row->name) + "\"" + window;
    if (row->input == ReclaimerInput::future) {
      EXPECT_THROW(memory_in(table), InputError);
    } else if (row->name == "linux") {
      EXPECT_EQ(memory_in(table)->main.shortage.replacement.policy, nullptr);
    } else {
      EXPECT_EQ(memory_in(table)->main.shortage.replacement.policy, row);
    }
  }
}

TEST(MemoryTable, ReplacementHasAScopeAndAWindow) {
  const std::string wsclock = "replacement = \"wsclock\"\n";
  const auto memory = memory_in(wsclock + "replacement_window = \"10ms\"\nreplacement_scope = \"local\"");
  EXPECT_EQ(memory->main.shortage.replacement.tau, 10_ms);
  EXPECT_EQ(memory->main.shortage.replacement.scope, ReplacementScope::local);
  const auto global = memory_in(wsclock + "replacement_window = \"10ms\"");
  EXPECT_NE(memory_text(*global), memory_text(*memory));
  EXPECT_NE(memory_text(*global), memory_text(*memory_in(wsclock + "replacement_window = \"20ms\"")));
  EXPECT_THAT(error_of(wsclock), HasSubstr("mine.toml:2:15: error: \"wsclock\" without 'replacement_window'"));
  EXPECT_THAT(error_of(wsclock + "replacement_window = \"10\""), HasSubstr("mine.toml:3:22: error: "));
  EXPECT_THAT(error_of("replacement = \"clock\"\nreplacement_window = \"1ms\""),
              HasSubstr("mine.toml:3:22: error: 'replacement_window' with the replacement \"clock\""));
  EXPECT_THAT(error_of("replacement_scope = \"local\""), HasSubstr("Linux's is global"));
  EXPECT_THAT(error_of("replacement = \"clock\"\nreplacement_scope = \"mine\""), HasSubstr("one of global, local"));
}

TEST(MemoryTable, OptionsMakeOrChangeIt) {
  std::optional<MemoryHardware> memory;
  apply_memory_options(memory, "", "");
  EXPECT_FALSE(memory.has_value());
  apply_memory_options(memory, "64MiB", "1GiB");
  ASSERT_TRUE(memory.has_value());
  EXPECT_EQ(memory->main.bytes, std::uint64_t{64} << 20U);
  EXPECT_EQ(memory->main.swap_bytes, std::uint64_t{1} << 30U);
  apply_memory_options(memory, "32MiB", "");
  EXPECT_EQ(memory->main.swap_bytes, std::uint64_t{1} << 30U);
}

TEST(MemoryTable, BadOptionsAreRefused) {
  std::optional<MemoryHardware> memory;
  EXPECT_THROW(apply_memory_options(memory, "many", ""), InputError);
  EXPECT_THROW(apply_memory_options(memory, "", "1GiB"), InputError) << "swap of what?";
  memory =
      memory_in("swap = \"1MiB\"\nreplacement = \"fifo\"\nreplacement_scope = \"local\"\nframe_allocation = \"equal\"");
  EXPECT_THROW(apply_memory_options(memory, "", "0"), InputError) << "where would pages go that do not fit in?";
}

}  // namespace signalbox::memory_table_test
