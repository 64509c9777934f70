#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "kernel/mm/frame.hpp"

namespace signalbox {

// Blocks have 2^0 to 2^10 frames, 4 KiB to 4 MiB (MAX_ORDER is 11 in Linux 6.1).
inline constexpr unsigned orders = 11;

// Free blocks by order, as /proc/buddyinfo shows them.
using FreeBlocks = std::array<std::uint32_t, orders>;

// A binary buddy allocator (Knowlton 1965) in the order of Linux's mm/page_alloc.c: the block given back last is handed
// out first, but one whose neighbour may soon complete a larger block waits at the end of its list. A block of 2^k
// frames begins at a multiple of 2^k; two free halves of a block never stand beside each other unmerged.
class Buddy {
 public:
  // Has the frames [first, first + count) of `frames`, which is indexed by frame number; all are free, and the lowest
  // is handed out first.
  Buddy(std::span<Frame> frames, FrameNumber first, std::uint32_t count);

  // The head of a block of 2^order frames, now used, or nothing.
  std::optional<FrameNumber> allocate(unsigned order);
  // Takes back a block that allocate() gave, whole.
  void give_back(FrameNumber block);

  std::uint32_t free_frames() const { return free_frames_; }
  const FreeBlocks& free_blocks() const { return free_blocks_; }
  bool has_block(unsigned order) const;

 private:
  enum class End : std::uint8_t { front, back };
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  struct List {
    std::uint32_t front = none;
    std::uint32_t back = none;
  };

  void add_range(std::uint32_t begin, std::uint32_t end);
  void insert(std::uint32_t block, unsigned order, End end);
  void remove(std::uint32_t block);
  bool is_free(std::uint32_t block, unsigned order) const;
  bool may_merge_soon(std::uint32_t block, unsigned order) const;

  std::span<Frame> frames_;
  std::uint32_t first_;
  std::uint32_t end_;
  std::array<List, orders> lists_;
  FreeBlocks free_blocks_{};
  std::uint32_t free_frames_ = 0;
};

}  // namespace signalbox
