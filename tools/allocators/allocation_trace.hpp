#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/time.hpp"

namespace signalbox {

// What a program asks of its allocator.
enum class AllocationKind : std::uint8_t {
  malloc,
  calloc,
  aligned,
  realloc,
  free,
  free_sized,
  pause,
  exit,
  exit_group
};

// One line of a trace. Blocks are numbered from 0; of a pause `bytes` are nanoseconds. exit ends the thread, exit_group
// its process.
struct AllocationStep {
  AllocationKind kind = AllocationKind::malloc;
  std::uint16_t thread = 0;
  std::uint32_t block = 0;
  std::uint64_t bytes = 0;
  std::uint64_t alignment = 0;
  Instant at = {};  // it comes no earlier

  bool operator==(const AllocationStep&) const = default;
};

inline constexpr unsigned most_allocation_threads = 256;
inline constexpr std::uint64_t most_block_bytes = std::uint64_t{1} << 40U;
inline constexpr std::size_t most_allocation_steps = 50'000'000;

// What programs do to their heaps, in order: threads take turns at it.
struct AllocationTrace {
  std::string name;
  std::vector<AllocationStep> steps;
  std::uint32_t blocks = 0;  // numbers of blocks are below
  unsigned threads = 1;
  std::vector<std::uint16_t> processes = {};  // whose each thread is; empty: all are of one
  std::vector<std::string> notes = {};        // what has to be said of it, a line each

  unsigned process_of(unsigned thread) const { return processes.empty() ? 0 : processes[thread]; }
  unsigned process_count() const {
    return processes.empty() ? 1U : *std::max_element(processes.begin(), processes.end()) + 1U;
  }
};

// Numbers for a trace's blocks; those of freed ones serve again, the last first.
class BlockNumbers {
 public:
  std::uint32_t take(AllocationTrace& trace) {
    if (free_.empty()) return trace.blocks++;
    const std::uint32_t number = free_.back();
    free_.pop_back();
    return number;
  }
  void give_back(std::uint32_t number) { free_.push_back(number); }

 private:
  std::vector<std::uint32_t> free_;
};

}  // namespace signalbox
