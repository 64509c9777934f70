#pragma once

#include <span>
#include <string>

#include "tools/allocators/comparison.hpp"

namespace signalbox {

// What each allocator cost, a column each, and resident memory over time. Lines of at most 100 columns for up to four
// allocators.
std::string allocators_text(const AllocatorRequest& request, std::span<const AllocatorRun> runs);

// Each allocator's statistics as malloc_stats_print(3) begins them, under jemalloc's names.
std::string allocators_stats_text(std::span<const AllocatorRun> runs);

// The object that `allocators compare --json` writes: all of it, with the series.
std::string allocators_json(const AllocatorRequest& request, std::span<const AllocatorRun> runs);

}  // namespace signalbox
