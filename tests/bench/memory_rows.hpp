#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "tests/bench/bars.hpp"

namespace signalbox {

// Emulated memory against the host's: what one load, copy or switch costs in host nanoseconds.
struct MemoryMeasurement {
  std::string_view name;
  double (*measure)();
};

std::vector<MemoryMeasurement> memory_measurements();

// The bars of issue 4 that the MMU alone can meet.
std::vector<Bar> memory_bars();

}  // namespace signalbox
