#pragma once

#include <algorithm>

#include "kernel/alloc/process/heap_calls.hpp"
#include "kernel/base/check.hpp"

namespace signalbox::alloc {

// Whether pages come from the break (jemalloc's opt.dss): never, where mmap gives none, or first.
enum class Dss : std::uint8_t { disabled, secondary, primary };

// System calls that a heap has made, and the bytes it has through each way; failed ones count as calls.
struct PageCalls {
  std::uint64_t mmap = 0;
  std::uint64_t munmap = 0;
  std::uint64_t madvise = 0;
  std::uint64_t mremap = 0;
  std::uint64_t brk = 0;
  std::uint64_t mapped_bytes = 0;  // mmap less munmap, and less what failed moves lost
  std::uint64_t break_bytes = 0;   // by which the break was moved up
  std::uint64_t peak_bytes = 0;    // the most of both: of the system, retained addresses included

  std::uint64_t all() const { return mmap + munmap + madvise + mremap + brk; }
  void note_peak() { peak_bytes = std::max(peak_bytes, mapped_bytes + break_bytes); }

  PageCalls& operator+=(const PageCalls& other);
  bool operator==(const PageCalls&) const = default;
};

inline PageCalls& PageCalls::operator+=(const PageCalls& other) {
  mmap += other.mmap;
  munmap += other.munmap;
  madvise += other.madvise;
  mremap += other.mremap;
  brk += other.brk;
  mapped_bytes += other.mapped_bytes;
  break_bytes += other.break_bytes;
  peak_bytes += other.peak_bytes;
  return *this;
}

// The pages of an emulated process: its mmap and its break.
class ProcessPages {
 public:
  ProcessPages(Dss dss, std::uint64_t huge_min) : dss_(dss), huge_min_(huge_min) {}

  // Whose thread is inside the heap now.
  void serve(HeapCalls* calls) { calls_ = calls; }
  const PageCalls& counts() const { return counts_; }
  // A fork's child has the pages, and has made no calls.
  void forget_calls() {
    counts_ = {.mapped_bytes = counts_.mapped_bytes, .break_bytes = counts_.break_bytes};
    counts_.note_peak();
  }

  VirtAddr map(std::uint64_t bytes, std::uint64_t alignment);
  bool unmap(VirtAddr at, std::uint64_t bytes);
  bool purge(VirtAddr at, std::uint64_t bytes, Purge how) {
    ++counts_.madvise;
    return calls_->purge(at, bytes, how);
  }
  bool move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes);
  // munmap takes any part of what any calls mapped; the two ways do not meet, for the break keeps off mappings.
  static bool may_merge() { return true; }

 private:
  VirtAddr map_anywhere(std::uint64_t bytes);
  VirtAddr map_aligned(std::uint64_t bytes, std::uint64_t alignment);
  VirtAddr extend_break(std::uint64_t bytes, std::uint64_t alignment);
  bool shrink_break(VirtAddr to);
  bool unmap_anywhere(VirtAddr at, std::uint64_t bytes);
  VirtAddr move_break(VirtAddr to) {
    ++counts_.brk;
    return calls_->move_break(to);
  }
  bool is_of_break(VirtAddr at) const { return break_begin_ <= at && at < break_end_; }

  HeapCalls* calls_ = nullptr;
  Dss dss_;
  std::uint64_t huge_min_;  // blocks from here on are mapped: they shall be unmapped again
  // Between the two everything above the program's data is the heap's, or lost.
  VirtAddr break_begin_;
  VirtAddr break_end_;
  PageCalls counts_;
};

}  // namespace signalbox::alloc
