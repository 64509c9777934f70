#include "tools/experiment/memory_view.hpp"

#include <algorithm>

namespace signalbox {
namespace {

void add_page(MemoryCounts& counts, const PageRecord& record) {
  const bool is_anonymous = record.content == PageContent::anonymous;
  const bool is_mapped = record.mappings > 0;
  if (is_anonymous) {
    counts.anonymous += is_mapped ? 1 : 0;
    counts.swap_cached += record.has_slot ? 1 : 0;
  } else if (record.content != PageContent::none) {
    counts.mapped += is_mapped ? 1 : 0;
    counts.cached += record.cache != nullptr ? 1 : 0;
    counts.shared += record.cache != nullptr && record.content == PageContent::shared ? 1 : 0;
  }
  counts.writeback += record.transfer == PageTransfer::writing ? 1 : 0;
}

// What no program gets while the kernel keeps to its marks (calculate_totalreserve_pages, mm/page_alloc.c, 6.1).
std::uint64_t reserve_of(const Zone& zone) {
  const auto largest = std::ranges::max_element(zone.reserves);
  const std::uint64_t kept = largest == zone.reserves.end() ? 0 : *largest;
  return std::min<std::uint64_t>(kept + zone.watermarks.high, zone.frames());
}

}  // namespace

MemoryCounts memory_counts(MachineMemory& machine) {
  MainMemory& memory = machine.main();
  const PhysicalMemory& frames = memory.frames();
  const PageLists& lists = memory.shortage().lists();
  MemoryCounts counts{.total = frames.frames(),
                      .free = frames.free_frames(),
                      .active_anonymous = lists.size(PageList::active_anonymous),
                      .inactive_anonymous = lists.size(PageList::inactive_anonymous),
                      .active_file = lists.size(PageList::active_file),
                      .inactive_file = lists.size(PageList::inactive_file),
                      .unevictable = lists.size(PageList::unevictable),
                      .locked = lists.size(PageList::unevictable),  // only mlock(2) keeps pages from reclaim
                      .swap_total = memory.swap().slots(),
                      .swap_free = memory.swap().free_slots(),
                      .dirty = memory.shortage().writes().dirty(),
                      .page_tables = frames.used_frames(FrameUse::page_table),
                      .commit_limit = memory.commits().limit_pages(),
                      .committed = memory.commits().committed_pages(),
                      .anonymous_huge = std::uint64_t{memory.huge_pages().pages()} * huge_page_frames};
  for (std::uint32_t frame = 0; frame < frames.frames(); ++frame) {
    add_page(counts, memory.records()[FrameNumber(frame)]);
  }
  std::uint64_t low_marks = 0;
  std::uint64_t reserve = 0;
  for (const Zone& zone : frames.zones()) {
    low_marks += zone.watermarks.low;
    reserve += reserve_of(zone);
  }
  counts.available = available_pages(counts, low_marks, reserve);
  return counts;
}

MappingUse mapping_use(const VmaStatistics& statistics) {
  const auto whole = [](std::uint64_t sum) { return sum >> VmaStatistics::fraction_bits; };
  return {.resident = statistics.resident,
          .proportional = whole(statistics.proportional),
          .proportional_dirty = whole(statistics.proportional_dirty),
          .shared_clean = statistics.shared_clean,
          .shared_dirty = statistics.shared_dirty,
          .private_clean = statistics.private_clean,
          .private_dirty = statistics.private_dirty,
          .referenced = statistics.referenced,
          .anonymous = statistics.anonymous,
          .lazy_free = statistics.lazily_free,
          .anonymous_huge = statistics.anonymous_huge,
          .swap = statistics.swapped,
          .proportional_swap = whole(statistics.proportional_swapped),
          .proportional_locked = whole(statistics.proportional_locked),
          .may_be_huge = statistics.may_be_huge};
}

ResidentCounts resident_counts(const UserSpace& space) {
  const ResidentCounters& resident = space.resident();
  const PageTable& tables = space.tables();
  // Linux leaves the root out; where it is the only table, it is all there is.
  const bool has_levels = tables.format().levels.size() > 1;
  const std::uint64_t root = has_levels ? std::uint64_t{1} << tables.format().table_order(0) : 0;
  return {.anonymous_pages = resident.anonymous,
          .file_pages = resident.file,
          .shared_memory_pages = resident.shared,
          .swapped_pages = resident.swapped,
          .table_bytes = (tables.table_frames() - root) * page_bytes,
          .peak_total_pages = space.map().peak_total(),
          .peak_resident_pages = resident.peak};
}

}  // namespace signalbox
