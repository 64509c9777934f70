#pragma once

#include <cstdint>

#include "kernel/mm/buddy.hpp"

namespace signalbox {

// How badly free memory is cut up for requests of 2^order frames, in thousandths as the kernel computes them
// (mm/vmstat.c; debugfs extfrag/extfrag_index and extfrag/unusable_index).

// Why a request would fail: towards 0 for lack of memory, towards 1000 for fragmentation. -1000 if it would succeed,
// 0 if nothing is free. Above 500 (extfrag_threshold) compaction is worth while.
std::int32_t fragmentation_index(const FreeBlocks& free, unsigned order);

// The share of free memory that is in blocks too small for the request; 1000 if nothing is free.
std::int32_t unusable_free_index(const FreeBlocks& free, unsigned order);

}  // namespace signalbox
