#pragma once

#include <vector>

#include "tests/bench/bars.hpp"
#include "tests/bench/memory_rows.hpp"

namespace signalbox {

// Compiled C programs (programs/): what edges, system calls, switches and processes cost the host.
std::vector<MemoryMeasurement> program_measurements();

// The bars of issue 6.
std::vector<Bar> program_bars();

}  // namespace signalbox
