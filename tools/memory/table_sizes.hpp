#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/mm/page_table.hpp"
#include "tools/memory/program_map.hpp"

namespace signalbox {

// The tables of one level.
struct LevelSize {
  std::uint64_t tables = 0;
  std::uint64_t bytes = 0;
  std::uint64_t present = 0;  // entries that lead further, or map a page
  std::uint64_t pages = 0;    // of them, those that map a page

  bool operator==(const LevelSize&) const = default;
};
using TableSizes = std::vector<LevelSize>;  // by level, the root's first

// Counted in the tables as they stand in emulated RAM.
TableSizes count_tables(const PhysicalMemory& memory, const PageTable& table);
LevelSize sum_of(const TableSizes& sizes);

// What the page tables of a program take in one format.
struct FormatSizes {
  const PageFormat* format;
  std::uint64_t mapped_bytes = 0;
  TableSizes sizes;
};
FormatSizes program_sizes(const PageFormat& format, const ProgramMap& map);

// The textbooks' question: two levels of 32 bits, a share of the second-level tables in use.
struct FillSizes {
  double share = 0;
  std::uint64_t flat_bytes = 0;  // of the flat table, from RAM as well
  double formula_bytes = 0;      // root + share of all second-level tables
  TableSizes sizes;              // of real tables, which are whole: the share rounded up
};
FillSizes fill_sizes(double share);

std::string table_sizes_text(std::span<const FormatSizes> formats);
std::string fill_text(const FillSizes& fill);
// As JSON: what `memory tables --json` writes.
std::string table_sizes_json(std::span<const FormatSizes> formats, const std::optional<FillSizes>& fill);

}  // namespace signalbox
