#pragma once

#include <cstddef>

namespace signalbox {

// CPU time of this process so far, in nanoseconds: unlike the wall clock it stands still while a neighbour runs.
double cpu_time();

// Memory of this process that the host keeps in RAM, now and at most so far.
std::size_t resident_bytes();
std::size_t peak_resident_bytes();

}  // namespace signalbox
