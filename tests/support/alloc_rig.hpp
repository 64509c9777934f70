#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <vector>

#include "kernel/alloc/heap.hpp"

namespace signalbox {

// How often each call of a page source was made, and the bytes of those that succeeded.
struct SourceCalls {
  std::uint64_t maps = 0;
  std::uint64_t unmaps = 0;
  std::uint64_t purges = 0;
  std::uint64_t moves = 0;
  std::uint64_t mapped_bytes = 0;  // map minus unmap

  std::uint64_t all() const { return maps + unmaps + purges + moves; }
};

// Pages that exist as numbers only, with contents for who wants them: counts calls, fails when told, and notices what
// an allocator must never do: give back, purge or move what is not mapped.
class FakePageSource {
 public:
  // The call after `calls` more ones fails, and `failures` in all.
  void fail_after(std::uint64_t calls, std::uint64_t failures = 1) {
    calls_until_failure_ = calls;
    failures_ = failures;
  }
  void never_fail() { failures_ = 0; }
  // As a brk or the hooks of another mapper would: what was mapped apart stays apart.
  void refuse_merges() { merges_ = false; }

  const SourceCalls& calls() const { return calls_; }
  bool was_misused() const { return is_misused_; }
  bool is_mapped(VirtAddr at) const { return pages_.contains(at.value() / alloc::page_size); }

  VirtAddr map(std::uint64_t bytes, std::uint64_t alignment) {
    ++calls_.maps;
    if (bytes % alloc::page_size != 0) is_misused_ = true;
    if (fails() || bytes > std::uint64_t{1} << 32U) return {};
    const VirtAddr at((next_ + alignment - 1) & ~(alignment - 1));
    next_ = at.value() + bytes;
    for (std::uint64_t page = 0; page < bytes / alloc::page_size; ++page) {
      pages_.emplace(at.value() / alloc::page_size + page, nullptr);
    }
    calls_.mapped_bytes += bytes;
    return at;
  }

  bool unmap(VirtAddr at, std::uint64_t bytes) {
    ++calls_.unmaps;
    if (!covers(at, bytes)) is_misused_ = true;
    if (fails()) return false;
    for (std::uint64_t i = 0; i < bytes / alloc::page_size; ++i) pages_.erase(at.value() / alloc::page_size + i);
    calls_.mapped_bytes -= bytes;
    return true;
  }

  bool purge(VirtAddr at, std::uint64_t bytes, alloc::Purge how) {
    ++calls_.purges;
    if (!covers(at, bytes)) is_misused_ = true;
    if (fails()) return false;
    // A lazy purge may keep the contents: here it always does, which is the harder case.
    if (how == alloc::Purge::lazy) return true;
    for (std::uint64_t i = 0; i < bytes / alloc::page_size; ++i) pages_[at.value() / alloc::page_size + i] = nullptr;
    return true;
  }

  bool move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) {
    ++calls_.moves;
    if (!covers(at, bytes) || !covers(to, to_bytes) || to_bytes < bytes) is_misused_ = true;
    if (fails()) {
      for (std::uint64_t i = 0; i < to_bytes / alloc::page_size; ++i) pages_.erase(to.value() / alloc::page_size + i);
      calls_.mapped_bytes -= to_bytes;
      return false;
    }
    for (std::uint64_t i = 0; i < bytes / alloc::page_size; ++i) {
      const auto from = pages_.find(at.value() / alloc::page_size + i);
      if (from == pages_.end()) continue;
      pages_[to.value() / alloc::page_size + i] = std::move(from->second);
      pages_.erase(from);
    }
    calls_.mapped_bytes -= bytes;
    return true;
  }

  bool may_merge() const { return merges_; }

  // Contents, of pages that are mapped.
  void fill(VirtAddr at, std::uint64_t bytes, std::byte value) {
    for (std::uint64_t i = 0; i < bytes; ++i) byte_at(at + i) = value;
  }
  bool holds(VirtAddr at, std::uint64_t bytes, std::byte value) {
    for (std::uint64_t i = 0; i < bytes; ++i) {
      if (byte_at(at + i) != value) return false;
    }
    return true;
  }
  void copy(VirtAddr to, VirtAddr from, std::uint64_t bytes) {
    for (std::uint64_t i = 0; i < bytes; ++i) byte_at(to + i) = byte_at(from + i);
  }

 private:
  using Page = std::array<std::byte, alloc::page_size>;

  bool fails() {
    if (failures_ == 0 || calls_until_failure_-- != 0) return false;
    --failures_;
    calls_until_failure_ = 0;
    return true;
  }

  bool covers(VirtAddr at, std::uint64_t bytes) const {
    if (at.value() % alloc::page_size != 0 || bytes % alloc::page_size != 0 || bytes == 0) return false;
    const auto first = pages_.find(at.value() / alloc::page_size);
    const auto last = pages_.find((at.value() + bytes) / alloc::page_size - 1);
    return first != pages_.end() && last != pages_.end() &&
           std::distance(first, last) == static_cast<std::ptrdiff_t>(bytes / alloc::page_size - 1);
  }

  std::byte& byte_at(VirtAddr at) {
    std::unique_ptr<Page>& page = pages_[at.value() / alloc::page_size];
    if (page == nullptr) page = std::make_unique<Page>();
    return (*page)[at.value() % alloc::page_size];
  }

  std::map<std::uint64_t, std::unique_ptr<Page>> pages_;
  std::uint64_t next_ = 0x7f00'0000'0000;
  std::uint64_t calls_until_failure_ = 0;
  std::uint64_t failures_ = 0;
  SourceCalls calls_;
  bool merges_ = true;
  bool is_misused_ = false;
};

// The contents of the fake's pages.
struct FakeMemory {
  FakePageSource* source;
  void zero(VirtAddr at, std::uint64_t bytes) { source->fill(at, bytes, std::byte{0}); }
  void copy(VirtAddr to, VirtAddr from, std::uint64_t bytes) { source->copy(to, from, bytes); }
};

// Metadata in blocks that never move; refuses when `most_bytes` are given out.
class FakeMetadata {
 public:
  std::uint32_t allocate(std::size_t bytes) {
    if (bytes_ + bytes > most_bytes) return 0;
    bytes_ += bytes;
    blocks_.emplace_back((bytes + 63) / 64);
    return static_cast<std::uint32_t>(blocks_.size());
  }
  void* at(std::uint32_t handle) { return blocks_[handle - 1].data(); }
  std::size_t bytes() const { return bytes_; }

  std::size_t most_bytes = std::numeric_limits<std::size_t>::max();

 private:
  struct alignas(64) Line {
    std::array<std::byte, 64> bytes{};
  };
  std::vector<std::vector<Line>> blocks_;
  std::size_t bytes_ = 0;
};

struct FakeClock {
  Instant now() const { return time; }
  Instant time;
};

// An allocator as an emulated process has it, over fakes.
struct FakePlatform : alloc::OneThread {
  using Source = FakePageSource;
  using Memory = FakeMemory;
  using Metadata = FakeMetadata;
  using Clock = FakeClock;
  using Mark = std::uint64_t;
  static constexpr bool is_checked = true;
  static constexpr bool keeps_requests = true;
  static constexpr unsigned smallest_class = 0;
  static constexpr unsigned page_map_levels = 4;
  static constexpr unsigned most_arenas = 4;
  static constexpr unsigned cache_slots = 16;
  static constexpr unsigned cached_classes = 45;  // to 64 KiB
};

// The same as a program on the host has it: large caches, no checks.
struct FakeHostPlatform : FakePlatform {
  static constexpr bool is_checked = false;
  static constexpr bool keeps_requests = false;
  static constexpr unsigned page_map_levels = 3;
  static constexpr unsigned cache_slots = 200;
};

// And with checks there: marks by address.
struct FakeCheckedHostPlatform : FakeHostPlatform {
  using Mark = std::uint8_t;
  static constexpr bool is_checked = true;
  static constexpr unsigned smallest_class = 1;
};

template <class P = FakePlatform>
struct AllocRig {
  explicit AllocRig(const alloc::HeapOptions& options = {}) : heap(place(options)) { is_started = heap.start(); }

  alloc::Place<P> place(const alloc::HeapOptions& options) {
    return {.source = source, .memory = memory, .metadata = metadata, .clock = clock, .options = options};
  }

  FakePageSource source;
  FakeMemory memory{&source};
  FakeMetadata metadata;
  FakeClock clock;
  alloc::Heap<P> heap;
  bool is_started = false;
};

}  // namespace signalbox
