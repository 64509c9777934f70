#pragma once

#include <algorithm>
#include <cstdint>

namespace signalbox {

// What getrusage(2) says of memory.
struct MemoryUsage {
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  std::uint64_t peak_pages = 0;  // resident; of several processes, of the largest

  MemoryUsage& operator+=(const MemoryUsage& other) {
    minor_faults += other.minor_faults;
    major_faults += other.major_faults;
    peak_pages = std::max(peak_pages, other.peak_pages);
    return *this;
  }
  bool operator==(const MemoryUsage&) const = default;
};

}  // namespace signalbox
