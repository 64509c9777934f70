#include "kernel/alloc/rivals/ptmalloc_chunks.hpp"

namespace signalbox::alloc::pt {

PtArena& Chunks::add_arena() {
  PtArena& arena = arenas_.emplace_back();
  arena.index = static_cast<unsigned>(arenas_.size() - 1);
  for (unsigned i = 0; i < bin_count; ++i) arena.bins[i] = {bin(arena, i), bin(arena, i)};
  return arena;
}

// A link that a program has overwritten may lead to a head that does not exist.
Links& Chunks::links(VirtAddr bin) {
  const std::uint64_t arena = (bin.value() & ~heads) >> 16U;
  const std::uint64_t index = (bin.value() >> 4U) & 0xfffU;
  if (arena < arenas_.size() && index < bin_count) return arenas_[arena].bins[index];
  die("Segmentation fault");
  return nowhere_ = {};
}

void Chunks::set_next(VirtAddr chunk, VirtAddr to) {
  if (is_bin(chunk)) {
    links(chunk).next = to;
  } else {
    memory_.store(chunk + header_bytes, to.value());
  }
}

void Chunks::set_previous(VirtAddr chunk, VirtAddr to) {
  if (is_bin(chunk)) {
    links(chunk).previous = to;
  } else {
    memory_.store(chunk + header_bytes + word_bytes, to.value());
  }
}

void Chunks::link(VirtAddr chunk, VirtAddr previous, VirtAddr next) {
  set_previous(chunk, previous);
  set_next(chunk, next);
  set_previous(next, chunk);
  set_next(previous, chunk);
}

void Chunks::unlink(VirtAddr chunk) {
  const std::uint64_t size = bytes(chunk);
  if (!demand(size == previous_bytes(chunk + size), "corrupted size vs. prev_size")) return;
  const VirtAddr after = next(chunk);
  const VirtAddr ahead = previous(chunk);
  if (!demand(previous(after) == chunk && next(ahead) == chunk, "corrupted double-linked list")) return;
  set_next(ahead, after);
  set_previous(after, ahead);
  if (!is_small(size) && smaller(chunk) != VirtAddr()) unlink_from_sizes(chunk, after);
}

// The first chunk of a size in a large bin has links to those of other sizes; its successor takes them over.
void Chunks::unlink_from_sizes(VirtAddr chunk, VirtAddr after) {
  const VirtAddr below = smaller(chunk);
  const VirtAddr above = larger(chunk);
  if (!demand(larger(below) == chunk && smaller(above) == chunk, "corrupted double-linked list (not small)")) return;
  if (!is_bin(after) && smaller(after) == VirtAddr()) {
    const bool is_only_size = below == chunk;
    set_smaller(after, is_only_size ? after : below);
    set_larger(after, is_only_size ? after : above);
    if (is_only_size) return;
    set_larger(below, after);
    set_smaller(above, after);
  } else {
    set_larger(below, above);
    set_smaller(above, below);
  }
}

void Chunks::put_unsorted(PtArena& arena, VirtAddr chunk, std::uint64_t bytes, std::string_view words) {
  const VirtAddr unsorted = bin(arena, 1);
  const VirtAddr first = next(unsorted);
  if (!demand(previous(first) == unsorted, words)) return;
  if (!is_small(bytes)) {
    set_smaller(chunk, VirtAddr());
    set_larger(chunk, VirtAddr());
  }
  link(chunk, unsorted, first);
}

}  // namespace signalbox::alloc::pt
