#pragma once

#include <array>
#include <deque>
#include <string_view>

#include "kernel/alloc/rivals/process_memory.hpp"
#include "kernel/alloc/rivals/ptmalloc_sizes.hpp"

namespace signalbox::alloc::pt {

// The two ends, or neighbours, of a list.
struct Links {
  VirtAddr next;
  VirtAddr previous;
};

// glibc's malloc_state. It lies in libc's data or, of other arenas, in their first heap; what is in it is kept apart,
// only its place in the heap is taken.
struct PtArena {
  unsigned index = 0;
  std::array<VirtAddr, fast_bins> fast{};
  bool has_fast = false;
  VirtAddr top;  // null: none yet
  VirtAddr last_remainder;
  std::array<Links, bin_count> bins{};
  std::array<std::uint32_t, map_words> map{};
  std::uint64_t system_bytes = 0;  // from the system, and not given back
  std::uint64_t most_system_bytes = 0;
  unsigned threads = 0;
  bool is_contiguous = true;

  bool is_main() const { return index == 0; }
};

constexpr VirtAddr before(VirtAddr at, std::uint64_t bytes) { return VirtAddr(at.value() - bytes); }
constexpr bool is_aligned(VirtAddr at) { return at.value() % 16 == 0; }

// Chunks as glibc lays them out in the memory that programs use: a size with flags in front of each block, links in
// those that are free. Heads of bins are chunks, too: they have addresses that no program can have. The first thing
// that is found wrong ends the process, and all that is asked afterwards does nothing.
class Chunks {
 public:
  explicit Chunks(ProcessMemory& memory) : memory_(memory) {}

  ProcessMemory& memory() { return memory_; }
  std::deque<PtArena>& arenas() { return arenas_; }
  PtArena& add_arena();

  bool is_alive() const { return last_words_.empty() && !memory_.is_dead(); }
  void die(std::string_view words) {
    if (is_alive()) last_words_ = words;
  }
  // Answers `is_kept`; if it is not, the process ends with these words.
  bool demand(bool is_kept, std::string_view words) {
    if (!is_kept) die(words);
    return is_kept;
  }
  std::string_view last_words() const {
    if (!last_words_.empty()) return last_words_;
    return memory_.is_dead() ? "Segmentation fault" : "";
  }

  static VirtAddr block(VirtAddr chunk) { return chunk + header_bytes; }
  static VirtAddr chunk(VirtAddr block) { return before(block, header_bytes); }

  std::uint64_t head(VirtAddr chunk) { return memory_.load(chunk + word_bytes); }
  void set_head(VirtAddr chunk, std::uint64_t size_and_flags) { memory_.store(chunk + word_bytes, size_and_flags); }
  std::uint64_t bytes(VirtAddr chunk) { return head(chunk) & ~flags; }
  std::uint64_t previous_bytes(VirtAddr chunk) { return memory_.load(chunk); }
  void set_previous_bytes(VirtAddr chunk, std::uint64_t bytes) { memory_.store(chunk, bytes); }
  // A free chunk's size is also behind it.
  void set_foot(VirtAddr chunk, std::uint64_t bytes) { memory_.store(chunk + bytes, bytes); }
  bool is_in_use_at(VirtAddr chunk, std::uint64_t bytes) { return (head(chunk + bytes) & previous_in_use) != 0; }
  void set_in_use_at(VirtAddr chunk, std::uint64_t bytes) {
    set_head(chunk + bytes, head(chunk + bytes) | previous_in_use);
  }
  void clear_in_use_at(VirtAddr chunk, std::uint64_t bytes) {
    set_head(chunk + bytes, head(chunk + bytes) & ~previous_in_use);
  }

  static VirtAddr bin(const PtArena& arena, unsigned index) {
    return VirtAddr(heads | std::uint64_t{arena.index} << 16U | std::uint64_t{index} << 4U);
  }
  static bool is_bin(VirtAddr chunk) { return chunk.value() >= heads; }

  VirtAddr next(VirtAddr chunk) {
    return is_bin(chunk) ? links(chunk).next : VirtAddr(memory_.load(chunk + header_bytes));
  }
  VirtAddr previous(VirtAddr chunk) {
    return is_bin(chunk) ? links(chunk).previous : VirtAddr(memory_.load(chunk + header_bytes + word_bytes));
  }
  void set_next(VirtAddr chunk, VirtAddr to);
  void set_previous(VirtAddr chunk, VirtAddr to);
  // Of free large chunks: those of the next smaller and the next larger size.
  VirtAddr smaller(VirtAddr chunk) { return VirtAddr(memory_.load(chunk + 32)); }
  VirtAddr larger(VirtAddr chunk) { return VirtAddr(memory_.load(chunk + 40)); }
  void set_smaller(VirtAddr chunk, VirtAddr to) { memory_.store(chunk + 32, to.value()); }
  void set_larger(VirtAddr chunk, VirtAddr to) { memory_.store(chunk + 40, to.value()); }

  // Puts a chunk between two of a list.
  void link(VirtAddr chunk, VirtAddr previous, VirtAddr next);
  // Takes a free chunk out of its bin, whichever it is (unlink_chunk).
  void unlink(VirtAddr chunk);
  // Puts it at the front of the unsorted bin.
  void put_unsorted(PtArena& arena, VirtAddr chunk, std::uint64_t bytes, std::string_view words);

  // Links of tcache and fast bins hide where they lead (PROTECT_PTR, "safe linking").
  VirtAddr reveal(VirtAddr slot) { return VirtAddr(memory_.load(slot) ^ slot.value() >> 12U); }
  void hide(VirtAddr slot, VirtAddr to) { memory_.store(slot, to.value() ^ slot.value() >> 12U); }

 private:
  static constexpr std::uint64_t heads = std::uint64_t{1} << 63U;

  Links& links(VirtAddr bin);
  void unlink_from_sizes(VirtAddr chunk, VirtAddr next);

  ProcessMemory& memory_;
  std::deque<PtArena> arenas_;
  std::string_view last_words_;
  Links nowhere_;
};

}  // namespace signalbox::alloc::pt
