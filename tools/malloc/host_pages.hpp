#pragma once

#include <array>
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

// Metadata in segments of 4 MiB, mapped one after the other when they are needed: addresses that are only reserved
// would count against RLIMIT_AS, and mlockall(2) would fill them. A handle counts 64 bytes; nothing is ever given back.
class HostMetadata {
 public:
  // false: the host gives no memory.
  bool start() { return segment(0) != nullptr; }

  // At most 4 MiB less 64 bytes.
  std::uint32_t allocate(std::size_t bytes);
  // Whoever has a handle has seen its segment mapped: handles go from thread to thread by release and acquire.
  void* at(std::uint32_t handle) {
    return segments_[handle / segment_units].load(std::memory_order_relaxed) + handle % segment_units * unit;
  }
  // A block's place itself.
  using Link = std::uint64_t;
  Link link(std::uint32_t handle) { return reinterpret_cast<Link>(at(handle)); }
  static void* linked(Link link) { return reinterpret_cast<void*>(link); }
  // With the ends of segments that were too short for what came next.
  std::uint64_t bytes() const { return used_.load(std::memory_order_relaxed) * unit; }

 private:
  static constexpr std::uint64_t unit = 64;
  static constexpr std::uint64_t segment_bytes = std::uint64_t{4} << 20U;
  static constexpr std::uint64_t segment_units = segment_bytes / unit;
  // 16 GiB describe some 400 GiB of the smallest slabs; with marks, 200 GiB of anything.
  static constexpr std::uint64_t most_segments = (std::uint64_t{16} << 30U) / segment_bytes;

  // Maps it if nobody has; null: the host gives no memory.
  std::byte* segment(std::uint64_t index);

  std::atomic<std::uint64_t> used_{1};  // handle 0 is none
  std::array<std::atomic<std::byte*>, most_segments> segments_{};
};

}  // namespace signalbox::alloc
