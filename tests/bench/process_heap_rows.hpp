#pragma once

#include <vector>

#include "tests/bench/bars.hpp"
#include "tests/bench/memory_rows.hpp"

namespace signalbox {

// malloc in an emulated process: what it costs the host.
std::vector<MemoryMeasurement> process_heap_measurements();

// The bars of issue 5 for emulated processes.
std::vector<Bar> process_heap_bars();

}  // namespace signalbox
