#include "kernel/mm/page_walk.hpp"

namespace signalbox {

Walk walk(const PhysicalMemory& memory, const PageFormat& format, const WalkStart& start, VirtAddr at) {
  Walk walk{.rights = start.rights};
  PhysAddr table = start.table;
  for (unsigned level = start.level; level < format.levels.size(); ++level) {
    const PhysAddr slot = format.slot(table, level, at);
    const PageEntry entry = format.read(memory, slot);
    walk.steps[walk.accesses++] = {.level = level, .slot = slot, .entry = entry};
    if (!entry.is_present()) return walk;
    walk.rights = walk.rights.narrowed_by(entry);
    const bool is_large = format.levels[level].has_large_pages && entry.has(page_bit::large);
    walk.is_mapped = is_large || level == format.last_level();
    if (walk.is_mapped) return walk;
    table = entry.address();
  }
  return walk;
}

std::optional<PhysAddr> translated(const Walk& walk, const PageFormat& format, VirtAddr at) {
  if (!walk.is_mapped) return std::nullopt;
  const std::uint64_t span = format.levels[walk.last().level].entry_span();
  return walk.last().entry.address() + (at - at.aligned_down(span));
}

}  // namespace signalbox
