#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "kernel/alloc/page_source.hpp"
#include "kernel/base/time.hpp"

namespace signalbox::alloc {

// The host's pages, by mmap(2). Leaves errno as it was.
class HostPages {
 public:
  VirtAddr map(std::uint64_t bytes, std::uint64_t alignment);
  bool unmap(VirtAddr at, std::uint64_t bytes);
  bool purge(VirtAddr at, std::uint64_t bytes, Purge how);
  bool move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes);
  // Linux takes back any part of what any calls mapped.
  static bool may_merge() { return true; }
};

// The bytes behind the addresses.
struct HostMemory {
  static void zero(VirtAddr at, std::uint64_t bytes);
  static void copy(VirtAddr to, VirtAddr from, std::uint64_t bytes);
};

// The host's clock that only goes forward, as exact as is cheap: to a few milliseconds.
struct HostClock {
  static Instant now();
};

// Metadata in one range of addresses reserved at the beginning, which takes memory as it is used: 64 GiB of addresses,
// or less where the host refuses. A handle counts 64 bytes from its beginning; nothing is ever given back.
class HostMetadata {
 public:
  // false: not even the least could be reserved.
  bool reserve();

  std::uint32_t allocate(std::size_t bytes) {
    const std::uint64_t units = (bytes + unit - 1) / unit;
    std::uint64_t first = used_.load(std::memory_order_relaxed);
    do {
      if (first + units > units_) return 0;
    } while (!used_.compare_exchange_weak(first, first + units, std::memory_order_relaxed));
    return static_cast<std::uint32_t>(first);
  }
  void* at(std::uint32_t handle) { return begin_ + std::uint64_t{handle} * unit; }
  std::uint64_t bytes() const { return used_.load(std::memory_order_relaxed) * unit; }

 private:
  static constexpr std::uint64_t unit = 64;

  std::byte* begin_ = nullptr;
  std::uint64_t units_ = 0;
  std::atomic<std::uint64_t> used_{1};  // handle 0 is none
};

}  // namespace signalbox::alloc
