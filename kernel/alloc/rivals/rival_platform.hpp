#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <vector>

#include "kernel/alloc/platform.hpp"
#include "kernel/alloc/rivals/process_memory.hpp"

namespace signalbox::alloc {

// What an allocator knows apart from the memory that it hands out. Its contents are ours, but it has pages in the
// process as it would have, 2 MiB mapped at a time and touched as they fill, so that they count as memory and cost
// faults.
class ProcessMetadata {
 public:
  explicit ProcessMetadata(ProcessMemory& memory) : memory_(memory) {}

  std::uint32_t allocate(std::size_t bytes);
  void* at(std::uint32_t handle) { return blocks_[handle - 1].data(); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  static constexpr std::uint64_t block_bytes = std::uint64_t{2} << 20U;

  struct alignas(64) Line {
    std::array<std::byte, 64> bytes{};
  };

  ProcessMemory& memory_;
  std::deque<std::vector<Line>> blocks_;
  std::uint64_t bytes_ = 0;
  VirtAddr next_;
  VirtAddr touched_;  // pages before this
  VirtAddr end_;
};

// A mutex that counts how often it was taken.
class CountingMutex {
 public:
  void lock() { ++taken_; }
  void unlock() {}
  void reset() {}
  std::uint64_t taken() const { return taken_; }

 private:
  std::uint64_t taken_ = 0;
};

// What the core stands on in a process whose allocators are compared: jemalloc's numbers, and checks, as emulated
// processes have them.
struct RivalPlatform : OneThread {
  using Mutex = CountingMutex;
  using Source = ProcessMemory;
  using Memory = ProcessMemory;
  using Metadata = ProcessMetadata;
  using Clock = ProcessMemory;
  using Mark = std::uint64_t;
  static constexpr bool is_checked = true;
  static constexpr unsigned smallest_class = 0;
  static constexpr unsigned page_map_levels = 4;
  static constexpr unsigned most_arenas = 256;
  static constexpr unsigned cache_slots = 200;
  static constexpr unsigned cached_classes = 41;  // to 32 KiB, jemalloc's tcache_max
};

}  // namespace signalbox::alloc
