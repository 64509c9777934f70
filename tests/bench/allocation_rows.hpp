#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/bars.hpp"

namespace signalbox {

// libsignalbox_malloc.so beside jemalloc: each measurement is a run of allocation_program with one of them preloaded.
struct AllocationMeasurement {
  std::string name;
  int repetitions;
  std::function<double()> measure;
};

std::vector<AllocationMeasurement> allocation_measurements();

// The bars of issue 5 for the host.
std::vector<Bar> allocation_bars();

}  // namespace signalbox
