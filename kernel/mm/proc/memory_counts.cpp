#include "kernel/mm/proc/memory_counts.hpp"

#include <algorithm>

namespace signalbox {

std::uint64_t available_pages(const MemoryCounts& counts, std::uint64_t low_marks, std::uint64_t reserve) {
  // Of what could be given back, half or a low watermark's worth is needed all the same, whichever is less.
  const auto usable = [low_marks](std::uint64_t pages) { return pages - std::min(pages / 2, low_marks); };
  const std::uint64_t all =
      counts.free + usable(counts.active_file + counts.inactive_file) + usable(counts.slab_reclaimable);
  return all - std::min(all, reserve);
}

}  // namespace signalbox
