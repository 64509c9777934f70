#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/base/time.hpp"

namespace signalbox {

// What a program asks of its allocator.
enum class AllocationKind : std::uint8_t { malloc, calloc, aligned, realloc, free, free_sized, pause, exit };

// One line of a trace. Blocks are numbered from 0; of a pause `bytes` are nanoseconds.
struct AllocationStep {
  AllocationKind kind = AllocationKind::malloc;
  std::uint8_t thread = 0;
  std::uint32_t block = 0;
  std::uint64_t bytes = 0;
  std::uint64_t alignment = 0;

  bool operator==(const AllocationStep&) const = default;
};

inline constexpr unsigned most_allocation_threads = 256;
inline constexpr std::uint64_t most_block_bytes = std::uint64_t{1} << 40U;
inline constexpr std::size_t most_allocation_steps = 50'000'000;

// What a program does to its heap, in order: threads take turns at it.
struct AllocationTrace {
  std::string name;
  std::vector<AllocationStep> steps;
  std::uint32_t blocks = 0;  // numbers of blocks are below
  unsigned threads = 1;
};

}  // namespace signalbox
