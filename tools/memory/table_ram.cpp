#include "tools/memory/table_ram.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t largest_block = std::uint64_t{1} << (orders - 1);

std::uint64_t whole_blocks(std::uint64_t frames) { return (frames + largest_block - 1) & ~(largest_block - 1); }

// Nobody else wants this RAM: there is no need to keep any back.
FrameRequest last_frame(unsigned order = 0) { return {.order = order, .urgency = FrameUrgency::reclaimer}; }

}  // namespace

TableRam::TableRam(std::uint64_t frames)
    : file_(whole_blocks(frames) << page_shift), memory_(file_.bytes(), single_zone()) {}

PageTable TableRam::make_table(const PageFormat& format) {
  Result<PageTable> table = PageTable::create(memory_, format, last_frame());
  CHECK(table.has_value(), "the RAM has room for all tables");
  return std::move(*table);
}

void TableRam::map(PageTable& table, PageRange range, PageSize size, std::uint64_t flags) {
  const PageFormat& format = table.format();
  const unsigned level = size == PageSize::small ? format.last_level() : format.large_level();
  const unsigned shift = format.levels[level].shift;
  for (VirtAddr at = range.begin; at != range.end; at += std::uint64_t{1} << shift) {
    const auto frame = memory_.allocate(last_frame(shift - page_shift));
    CHECK(frame, "the RAM has a frame for every page");
    const auto mapped = table.map(at, PageEntry(*frame, flags), size, last_frame());
    CHECK(mapped, "nothing is mapped there");
  }
}

std::uint64_t TableRam::frames_for(const PageFormat& format, std::uint64_t ranges, std::uint64_t bytes) {
  std::uint64_t frames = pages_of(bytes) + (std::uint64_t{1} << format.table_order(0));
  for (unsigned level = 1; level < format.levels.size(); ++level) {
    // Each range may begin and end within a table of its own.
    frames += (bytes >> format.levels[level - 1].shift) + 2 * ranges;
  }
  return frames + largest_block;  // what aligning larger blocks may leave
}

}  // namespace signalbox
