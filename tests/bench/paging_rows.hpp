#pragma once

#include <vector>

#include "tests/bench/bars.hpp"
#include "tests/bench/memory_rows.hpp"

namespace signalbox {

// What faults, fork and a process cost the host, without a machine around them: no events, no threads.
std::vector<MemoryMeasurement> paging_measurements();

// The bars of issue 4 on faults, fork and processes.
std::vector<Bar> paging_bars();

}  // namespace signalbox
