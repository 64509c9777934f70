#pragma once

#include <string_view>

#include "kernel/alloc/process/process_heap.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {

// The settings of emulated programs' malloc, as jemalloc takes them from MALLOC_CONF (jemalloc(3), TUNING): pairs
// name:value with commas between them. Throws InputError at `place` where one is wrong.
alloc::ProcessHeapOptions parse_malloc_conf(std::string_view text, const SourcePlace& place);

}  // namespace signalbox
