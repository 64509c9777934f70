#include "tools/experiment/memory_view.hpp"

#include <algorithm>

namespace signalbox {
namespace {

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
  const PageCounts& pages = memory.records().counts();
  MemoryCounts counts{.total = frames.frames(),
                      .free = frames.free_frames(),
                      .cached = pages.cached,
                      .swap_cached = pages.swap_cached,
                      .active_anonymous = lists.size(PageList::active_anonymous),
                      .inactive_anonymous = lists.size(PageList::inactive_anonymous),
                      .active_file = lists.size(PageList::active_file),
                      .inactive_file = lists.size(PageList::inactive_file),
                      .unevictable = lists.size(PageList::unevictable),
                      .locked = lists.size(PageList::unevictable),  // only mlock(2) keeps pages from reclaim
                      .swap_total = memory.swap().slots(),
                      .swap_free = memory.swap().free_slots(),
                      .dirty = memory.shortage().writes().dirty(),
                      .writeback = pages.writing,
                      .anonymous = pages.anonymous_mapped,
                      .mapped = pages.cached_mapped,
                      .shared = pages.shared,
                      .page_tables = frames.used_frames(FrameUse::page_table),
                      .commit_limit = memory.commits().limit_pages(),
                      .committed = memory.commits().committed_pages(),
                      .anonymous_huge = std::uint64_t{memory.huge_pages().pages()} * huge_page_frames};
  std::uint64_t low_marks = 0;
  std::uint64_t reserve = 0;
  for (const Zone& zone : frames.zones()) {
    low_marks += zone.watermarks.low;
    reserve += reserve_of(zone);
  }
  counts.available = available_pages(counts, low_marks, reserve);
  return counts;
}

ResidentCounts resident_counts(const UserSpace& space) {
  const ResidentCounters& resident = space.resident();
  return {.anonymous_pages = resident.anonymous,
          .file_pages = resident.file,
          .shared_memory_pages = resident.shared,
          .swapped_pages = resident.swapped,
          .table_bytes = space.table_pages() * page_bytes,
          .peak_total_pages = space.map().peak_total(),
          .peak_resident_pages = resident.peak};
}

}  // namespace signalbox
