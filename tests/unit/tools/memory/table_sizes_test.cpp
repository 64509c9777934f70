#include "tools/memory/table_sizes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace signalbox::table_sizes_test {
namespace {

using ::testing::HasSubstr;

// memory.md 4.2: 4 MiB flat; 4 KiB + 0.2 x 4 MiB = 0.8039 MiB in two levels; real tables are whole, 205 of them.
TEST(TableSizes, TextbooksSum) {
  const FillSizes fill = fill_sizes(0.2);
  EXPECT_EQ(fill.flat_bytes, 4U << 20U);
  EXPECT_NEAR(fill.formula_bytes / (1U << 20U), 0.8039, 0.00005);
  EXPECT_EQ(fill.sizes, (TableSizes{{1, 4096, 205, 0}, {205, 205 * 4096, 205, 205}}));
  EXPECT_THAT(fill_text(fill), HasSubstr("flat         2^20 entries x 4 bytes   = 4 MiB\n"
                                         "  two levels   4 KiB + 0.2 x 4 MiB      = 0.8039 MiB\n"
                                         "  real tables  4 KiB + 205 x 4 KiB      = 0.8047 MiB\n"));
}

TEST(TableSizes, NothingAndAllFilled) {
  EXPECT_EQ(sum_of(fill_sizes(0).sizes).bytes, 4096U);
  EXPECT_EQ(sum_of(fill_sizes(1).sizes).bytes, 4096U + (4U << 20U));
  EXPECT_EQ(fill_sizes(1).formula_bytes, 4096 + (4U << 20U));
}

// memory.md 4.2: a sparse process with text, heap, mmap and stack has 1 PGD, 2-3 PUD, 3-4 PMD, 4-5 PTE: with stack,
// mappings and heap each moved, nearly always.
TEST(TableSizes, ASparseProcessOf64Bits) {
  unsigned as_published = 0;
  constexpr unsigned seeds = 50;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    const FormatSizes program = program_sizes(x86_64_format(), small_program(x86_64_format(), seed));
    const TableSizes& sizes = program.sizes;
    EXPECT_EQ(sizes[0].tables, 1U);
    EXPECT_EQ(sizes[3].pages, pages_of(program.mapped_bytes));
    const auto is_within = [&](std::size_t level, std::uint64_t least, std::uint64_t most) {
      return least <= sizes[level].tables && sizes[level].tables <= most;
    };
    as_published += is_within(1, 2, 3) && is_within(2, 3, 4) && is_within(3, 4, 5) ? 1U : 0U;
  }
  EXPECT_GE(as_published, seeds * 9 / 10);
}

TEST(TableSizes, TheTablesOwnCountIsTheSame) {
  const ProgramMap map = parse_program_map("400000-402000:rw-\n800000-a00000:r-x:large", "map", x86_64_format());
  const TableSizes sizes = program_sizes(x86_64_format(), map).sizes;
  EXPECT_EQ(sizes, (TableSizes{{1, 4096, 1, 0}, {1, 4096, 1, 0}, {1, 4096, 2, 1}, {1, 4096, 2, 2}}));
  EXPECT_EQ(sum_of(sizes), (LevelSize{4, 16'384, 6, 3}));
}

TEST(TableSizes, TextHasALineALevel) {
  const std::vector<FormatSizes> formats{
      program_sizes(x86_32_format(), parse_program_map("400000-402000:rw-", "map", x86_32_format())),
      program_sizes(flat_format(), parse_program_map("400000-402000:rw-", "map", flat_format()))};
  EXPECT_EQ(table_sizes_text(formats),
            "format  level  tables        bytes   entries     pages       in use\n"
            "x86-32  PGD         1        4 KiB         1         0    0.09766 %\n"
            "        PTE         1        4 KiB         2         2     0.1953 %\n"
            "        all         2        8 KiB         3         2     0.1465 %\n"
            "flat    PTE         1        4 MiB         2         2  0.0001907 %\n"
            "x86-32: 8 KiB of tables for 8 KiB of memory, 100 %\n"
            "flat: 4 MiB of tables for 8 KiB of memory, 51200 %\n");
  const auto json = nlohmann::json::parse(table_sizes_json(formats, fill_sizes(0.2)));
  EXPECT_EQ(json["formats"][0]["table_bytes"], 8192);
  EXPECT_EQ(json["formats"][0]["levels"][1]["pages"], 2);
  EXPECT_EQ(json["fill"]["table_bytes"], 206 * 4096);
}

}  // namespace
}  // namespace signalbox::table_sizes_test
