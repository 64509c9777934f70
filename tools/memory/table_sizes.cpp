#include "tools/memory/table_sizes.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tools/memory/placed_word.hpp"
#include "tools/memory/translation.hpp"
#include "tools/metrics/text_cell.hpp"

namespace signalbox {
namespace {

using Json = nlohmann::ordered_json;

void count(const PhysicalMemory& memory, const PageFormat& format, PhysAddr table, unsigned level, TableSizes& sizes) {
  const PageLevel& rule = format.levels[level];
  LevelSize& size = sizes[level];
  ++size.tables;
  size.bytes += format.table_bytes(level);
  for (std::uint64_t index = 0; index < rule.entries(); ++index) {
    const PageEntry entry = format.read(memory, table + index * format.entry_bytes);
    if (!entry.is_present()) continue;
    ++size.present;
    const bool is_page = level == format.last_level() || (rule.has_large_pages && entry.has(page_bit::large));
    if (is_page) {
      ++size.pages;
    } else {
      count(memory, format, entry.address(), level + 1, sizes);
    }
  }
}

std::string cell(std::uint64_t bytes) { return bytes_cell(static_cast<double>(bytes)); }

std::string level_line(std::string_view format, std::string_view level, const LevelSize& size, std::uint64_t entries) {
  return fmt::format("{:<8}{:<6}{:>7}{:>13}{:>10}{:>10}{:>11.4g} %\n", format, level, size.tables, cell(size.bytes),
                     size.present, size.pages,
                     100.0 * static_cast<double>(size.present) / static_cast<double>(entries));
}

Json level_json(std::string_view level, const LevelSize& size) {
  return {{"level", level},
          {"tables", size.tables},
          {"bytes", size.bytes},
          {"present", size.present},
          {"pages", size.pages}};
}

Json levels_json(const PageFormat& format, const TableSizes& sizes) {
  Json levels = Json::array();
  for (std::size_t i = 0; i < sizes.size(); ++i) levels.push_back(level_json(format.levels[i].name, sizes[i]));
  return levels;
}

}  // namespace

TableSizes count_tables(const PhysicalMemory& memory, const PageTable& table) {
  TableSizes sizes(table.format().levels.size());
  count(memory, table.format(), table.root(), 0, sizes);
  return sizes;
}

LevelSize sum_of(const TableSizes& sizes) {
  LevelSize sum;
  for (const LevelSize& size : sizes) {
    sum.tables += size.tables;
    sum.bytes += size.bytes;
    sum.present += size.present;
    sum.pages += size.pages;
  }
  return sum;
}

FormatSizes program_sizes(const PageFormat& format, const ProgramMap& map) {
  const TranslationBench bench(format, map);
  return {
      .format = &format, .mapped_bytes = mapped_bytes(map), .sizes = count_tables(bench.ram().memory(), bench.table())};
}

FillSizes fill_sizes(double share) {
  const PageFormat& format = x86_32_format();
  const std::uint64_t all = format.levels[0].entries();
  const double used = share * static_cast<double>(all);
  const auto tables = static_cast<std::uint64_t>(std::ceil(used));
  // A page in each: its table is whole, however little of it is used.
  TableRam ram(tables * 2 + 4096);
  PageTable table = ram.make_table(format);
  for (std::uint64_t i = 0; i < tables; ++i) {
    const VirtAddr at(i * format.levels[0].entry_span());
    ram.map(table, {at, at + page_bytes}, PageSize::small, page_bit::present | page_bit::user);
  }
  const PageTable flat = ram.make_table(flat_format());
  const auto root_bytes = static_cast<double>(format.table_bytes(0));
  return {.share = share,
          .flat_bytes = count_tables(ram.memory(), flat)[0].bytes,
          .formula_bytes = root_bytes + used * static_cast<double>(format.table_bytes(1)),
          .sizes = count_tables(ram.memory(), table)};
}

std::string table_sizes_text(std::span<const FormatSizes> formats) {
  std::string text = "format  level  tables        bytes   entries     pages       in use\n";
  for (const FormatSizes& each : formats) {
    std::uint64_t all_entries = 0;
    for (std::size_t i = 0; i < each.sizes.size(); ++i) {
      const std::uint64_t entries = each.sizes[i].tables * each.format->levels[i].entries();
      all_entries += entries;
      text += level_line(i == 0 ? each.format->name : "", each.format->levels[i].name, each.sizes[i], entries);
    }
    if (each.sizes.size() > 1) text += level_line("", "all", sum_of(each.sizes), all_entries);
  }
  for (const FormatSizes& each : formats) {
    const double tables = static_cast<double>(sum_of(each.sizes).bytes);
    text += fmt::format("{}: {} of tables for {} of memory, {} %\n", each.format->name, bytes_cell(tables),
                        cell(each.mapped_bytes), number_cell(100 * tables / static_cast<double>(each.mapped_bytes)));
  }
  return text;
}

std::string fill_text(const FillSizes& fill) {
  const PageFormat& format = x86_32_format();
  const std::uint64_t all = format.levels[0].entries();
  const auto line = [](std::string_view what, const std::string& how, double bytes) {
    return fmt::format("  {:<13}{:<25}= {:.4g} MiB\n", what, how, bytes / (1U << 20U));
  };
  const double bytes = static_cast<double>(sum_of(fill.sizes).bytes);
  return fmt::format("32 bits, pages of 4 KiB, entries of 4 bytes; {:.4g} % of the {} second-level tables in use:\n",
                     100 * fill.share, all) +
         line("flat", "2^20 entries x 4 bytes", static_cast<double>(fill.flat_bytes)) +
         line("two levels", fmt::format("4 KiB + {:.4g} x 4 MiB", fill.share), fill.formula_bytes) +
         line("real tables", fmt::format("4 KiB + {} x 4 KiB", fill.sizes[1].tables), bytes) +
         (bytes > fill.formula_bytes ? "A table is whole, however little of it is used.\n" : "");
}

std::string table_sizes_json(std::span<const FormatSizes> formats, const std::optional<FillSizes>& fill) {
  Json list = Json::array();
  for (const FormatSizes& each : formats) {
    list.push_back({{"format", each.format->name},
                    {"mapped_bytes", each.mapped_bytes},
                    {"table_bytes", sum_of(each.sizes).bytes},
                    {"levels", levels_json(*each.format, each.sizes)}});
  }
  Json report{{"schema", 1}, {"formats", list}};
  if (fill) {
    report["fill"] = {{"share", fill->share},
                      {"flat_bytes", fill->flat_bytes},
                      {"formula_bytes", fill->formula_bytes},
                      {"table_bytes", sum_of(fill->sizes).bytes},
                      {"levels", levels_json(x86_32_format(), fill->sizes)}};
  }
  return report.dump(1) + "\n";
}

}  // namespace signalbox
