#include <algorithm>
#include <bit>

#include "kernel/alloc/rivals/ptmalloc.hpp"

namespace signalbox::alloc {

using namespace pt;

namespace {
constexpr std::uint64_t pages_up(std::uint64_t bytes) { return (bytes + page_size - 1) & ~(page_size - 1); }
}  // namespace

// calloc asks no cache, and clears no more of a piece of the top than was once used: beyond that the system cleared it.
VirtAddr Ptmalloc::allocate_zeroed(unsigned thread, std::uint64_t bytes) {
  if (!chunks_.is_alive() || bytes >= most_request) return {};
  Thread& caller = threads_[thread];
  ensure_tcache(caller);
  PtArena& arena = arena_of(caller);
  const VirtAddr old_top = arena.top;
  const std::uint64_t written = written_from(arena, old_top);
  const VirtAddr chunk = allocate_in(arena, &caller, bytes);
  if (chunk == VirtAddr() || !chunks_.is_alive()) return {};
  const std::uint64_t head = chunks_.head(chunk);
  if ((head & is_mapped) != 0) return Chunks::block(chunk);
  std::uint64_t size = head & ~flags;
  if (chunk == old_top && size > written) size = written;
  chunks_.memory().zero(Chunks::block(chunk), size - word_bytes);
  return Chunks::block(chunk);
}

// How many bytes from the top on may have been written: to where the arena once ended.
std::uint64_t Ptmalloc::written_from(PtArena& arena, VirtAddr top) {
  if (top == VirtAddr()) return 0;
  std::uint64_t written = chunks_.bytes(top);
  if (arena.is_main()) {
    const VirtAddr once = break_begin_ + arena.most_system_bytes;
    if (arena.is_contiguous && once > top) written = std::max(written, once - top);
  } else {
    const VirtAddr heap = top.aligned_down(heap_max);
    const VirtAddr usable = heap + chunks_.memory().load(heap + 24);
    if (usable > top) written = std::max(written, usable - top);
  }
  return written;
}

// A chunk with room for the alignment; what is in front and behind goes back (_int_memalign).
VirtAddr Ptmalloc::allocate_aligned(unsigned thread, std::uint64_t alignment, std::uint64_t bytes) {
  if (alignment <= 16) return allocate(thread, bytes);
  if (!chunks_.is_alive() || bytes >= most_request || alignment >= most_request / 2) return {};
  alignment = std::max(alignment, least_chunk);
  Thread& caller = threads_[thread];
  ensure_tcache(caller);
  PtArena& arena = arena_of(caller);
  const std::uint64_t size = chunk_bytes(bytes);
  VirtAddr chunk = allocate_in(arena, &caller, size + alignment + least_chunk);
  if (chunk == VirtAddr() || !chunks_.is_alive()) return {};
  const std::uint64_t head = chunks_.head(chunk);
  if ((head & is_mapped) != 0) return align_mapped(chunk, alignment);
  PtArena& from = *owner(chunk);
  std::uint64_t whole = head & ~flags;
  if (Chunks::block(chunk).value() % alignment != 0) {
    VirtAddr aligned = Chunks::chunk((Chunks::block(chunk) + (alignment - 1)).aligned_down(alignment));
    if (aligned - chunk < least_chunk) aligned += alignment;
    const std::uint64_t lead = aligned - chunk;
    whole -= lead;
    chunks_.set_head(aligned, whole | previous_in_use | arena_flag(from));
    chunks_.set_in_use_at(aligned, whole);
    chunks_.set_head(chunk, lead | (head & previous_in_use) | arena_flag(from));
    free_chunk(from, chunk, caller.tcache, true);
    chunk = aligned;
  }
  if (whole > size + least_chunk) give_back_tail(from, caller, chunk, whole, size);
  return chunks_.is_alive() ? Chunks::block(chunk) : VirtAddr();
}

// What is in front of it stays mapped, and is noted in front of the chunk.
VirtAddr Ptmalloc::align_mapped(VirtAddr chunk, std::uint64_t alignment) {
  VirtAddr aligned = Chunks::chunk((Chunks::block(chunk) + (alignment - 1)).aligned_down(alignment));
  if (aligned == chunk) return Chunks::block(chunk);
  if (aligned - chunk < least_chunk) aligned += alignment;
  const std::uint64_t lead = aligned - chunk;
  chunks_.set_previous_bytes(aligned, chunks_.previous_bytes(chunk) + lead);
  chunks_.set_head(aligned, (chunks_.bytes(chunk) - lead) | is_mapped);
  return Chunks::block(aligned);
}

void Ptmalloc::give_back_tail(PtArena& arena, Thread& thread, VirtAddr chunk, std::uint64_t whole, std::uint64_t size) {
  const VirtAddr tail = chunk + size;
  chunks_.set_head(chunk, size | (chunks_.head(chunk) & flags));
  chunks_.set_head(tail, (whole - size) | previous_in_use | arena_flag(arena));
  chunks_.set_in_use_at(tail, whole - size);
  free_chunk(arena, tail, thread.tcache, true);
}

VirtAddr Ptmalloc::reallocate(unsigned thread, VirtAddr at, std::uint64_t bytes) {
  if (at == VirtAddr()) return allocate(thread, bytes);
  if (!chunks_.is_alive() || bytes >= most_request) return {};
  ensure_tcache(threads_[thread]);
  const VirtAddr old = Chunks::chunk(at);
  const std::uint64_t head = chunks_.head(old);
  const bool is_place = old.value() <= std::uint64_t{0} - (head & ~flags) && is_aligned(old);
  if (!chunks_.demand(is_place, "realloc(): invalid pointer")) return {};
  VirtAddr moved;
  if ((head & is_mapped) != 0) {
    moved = reallocate_mapped(thread, old, bytes);
  } else if (PtArena* const arena = owner(old); arena != nullptr) {
    if (live_threads_ > 1) ++counts_.locks;
    moved = reallocate_chunk(*arena, threads_[thread], old, bytes);
  }
  return moved == VirtAddr() || !chunks_.is_alive() ? VirtAddr() : Chunks::block(moved);
}

VirtAddr Ptmalloc::reallocate_mapped(unsigned thread, VirtAddr old, std::uint64_t bytes) {
  const VirtAddr resized = resize_mapped(old, chunk_bytes(bytes));
  if (resized != VirtAddr()) return resized;
  const VirtAddr block = allocate(thread, bytes);
  if (block == VirtAddr()) return {};
  chunks_.memory().copy(block, Chunks::block(old), std::min(bytes, chunks_.bytes(old) - header_bytes));
  unmap_chunk(old);
  return Chunks::chunk(block);
}

// In place if it can be; else a new chunk, which may turn out to be what follows (_int_realloc). Null: out of memory.
VirtAddr Ptmalloc::reallocate_chunk(PtArena& arena, Thread& thread, VirtAddr old, std::uint64_t bytes) {
  const std::uint64_t size = chunk_bytes(bytes);
  const std::uint64_t old_size = chunks_.bytes(old);
  if (!chunks_.demand(is_size(arena, chunks_.head(old)), "realloc(): invalid old size")) return {};
  const VirtAddr next = old + old_size;
  if (!chunks_.demand(is_size(arena, chunks_.head(next)), "realloc(): invalid next size")) return {};
  std::uint64_t whole = old_size;
  if (old_size < size) whole = grow_into_neighbour(arena, old, old_size, size);
  if (whole == 0 && chunks_.is_alive()) {
    const VirtAddr made = allocate_in(arena, &thread, bytes);
    if (made == VirtAddr()) return {};
    if (made != next) {
      chunks_.memory().copy(Chunks::block(made), Chunks::block(old), old_size - word_bytes);
      free_chunk(arena, old, thread.tcache, true);
      return made;
    }
    whole = old_size + chunks_.bytes(made);
    chunks_.set_head(old, whole | (chunks_.head(old) & flags));
  }
  if (!chunks_.is_alive()) return {};
  if (whole - size >= least_chunk) give_back_tail(arena, thread, old, whole, size);
  return old;
}

// Into the top, or over a free chunk behind. Answers how large it is then; 0: there is no room.
std::uint64_t Ptmalloc::grow_into_neighbour(PtArena& arena, VirtAddr old, std::uint64_t old_size, std::uint64_t size) {
  const VirtAddr next = old + old_size;
  const std::uint64_t whole = old_size + chunks_.bytes(next);
  if (next == arena.top) {
    if (whole < size + least_chunk) return 0;
    chunks_.set_head(old, size | (chunks_.head(old) & flags));
    arena.top = old + size;
    chunks_.set_head(arena.top, (whole - size) | previous_in_use);
    return size;
  }
  if (chunks_.is_in_use_at(next, whole - old_size) || whole < size) return 0;
  chunks_.unlink(next);
  if (!chunks_.is_alive()) return 0;
  chunks_.set_head(old, whole | (chunks_.head(old) & flags));
  chunks_.set_in_use_at(old, whole);
  return whole;
}

// By moving pages, not bytes (mremap_chunk); null: it must be copied.
VirtAddr Ptmalloc::resize_mapped(VirtAddr chunk, std::uint64_t size) {
  const std::uint64_t lead = chunks_.previous_bytes(chunk);
  const std::uint64_t old = lead + chunks_.bytes(chunk);
  const std::uint64_t whole = pages_up(size + lead + word_bytes);
  if (whole == old) return chunk;
  // A block that needs not be larger stays, where the system does not help (oldsize - SIZE_SZ >= nb).
  const VirtAddr fallback = chunks_.bytes(chunk) - word_bytes >= size ? chunk : VirtAddr();
  if (whole < size) return fallback;
  const VirtAddr begin = before(chunk, lead);
  const VirtAddr moved = chunks_.memory().resize(begin, old, whole);
  if (moved == VirtAddr()) return fallback;
  const auto found = std::ranges::lower_bound(mapped_, std::pair(begin, std::uint64_t{0}));
  if (found != mapped_.end() && found->first == begin) {
    mapped_.erase(found);
    mapped_.insert(std::ranges::lower_bound(mapped_, std::pair(moved, std::uint64_t{0})), {moved, whole});
    mapped_bytes_ = mapped_bytes_ - old + whole;
  }
  chunks_.set_head(moved + lead, (whole - lead) | is_mapped);
  return moved + lead;
}

std::uint64_t Ptmalloc::usable_size(VirtAddr at) {
  const auto head = chunks_.memory().peek(Chunks::chunk(at) + word_bytes);
  if (!head) return 0;
  return (*head & ~flags) - ((*head & is_mapped) != 0 ? header_bytes : word_bytes);
}

}  // namespace signalbox::alloc
