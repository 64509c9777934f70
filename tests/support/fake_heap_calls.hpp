#pragma once

#include <cstdint>
#include <map>

#include "kernel/alloc/process/heap_calls.hpp"

namespace signalbox {

// The system calls of a heap, over addresses that mean nothing: it knows what is mapped, and refuses when told.
class FakeHeapCalls final : public alloc::HeapCalls {
 public:
  static constexpr VirtAddr first_mapping{0x7000'0000'1000};
  static constexpr VirtAddr first_break{0x5000'0000'0000};

  bool refuses_maps = false;
  bool refuses_breaks = false;
  bool refuses_moves = false;
  bool has_other_threads = false;  // they map whatever addresses a refused move leaves free
  VirtAddr the_break = first_break;

  std::uint64_t mapped_bytes() const { return pages_.size() * page; }

  VirtAddr map(std::uint64_t bytes) override {
    if (refuses_maps) return {};
    const VirtAddr at(next_);
    next_ += bytes;
    for (std::uint64_t i = 0; i < bytes / page; ++i) pages_[at.value() / page + i] = true;
    return at;
  }
  bool unmap(VirtAddr at, std::uint64_t bytes) override {
    for (std::uint64_t i = 0; i < bytes / page; ++i) pages_.erase(at.value() / page + i);
    return true;
  }
  bool purge(VirtAddr, std::uint64_t, alloc::Purge) override { return true; }
  bool move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) override {
    if (!refuses_moves) return unmap(at, bytes);
    unmap(to, to_bytes);
    for (std::uint64_t i = 0; has_other_threads && i < to_bytes / page; ++i) pages_[to.value() / page + i] = true;
    return false;
  }
  VirtAddr move_break(VirtAddr to) override {
    if (to != VirtAddr() && !refuses_breaks) the_break = to;
    return the_break;
  }

 private:
  static constexpr std::uint64_t page = 4096;

  std::uint64_t next_ = first_mapping.value();
  std::map<std::uint64_t, bool> pages_;
};

}  // namespace signalbox
