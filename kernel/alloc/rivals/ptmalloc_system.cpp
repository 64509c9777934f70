#include <algorithm>
#include <utility>

#include "kernel/alloc/rivals/ptmalloc.hpp"

namespace signalbox::alloc {

using namespace pt;

namespace {
constexpr std::uint64_t pages_up(std::uint64_t bytes) { return (bytes + page_size - 1) & ~(page_size - 1); }
constexpr VirtAddr heap_of(VirtAddr chunk) { return chunk.aligned_down(heap_max); }
// heap_info: whose it is, the heap before it, how large it is, how much of it was made usable.
constexpr VirtAddr heap_before(VirtAddr heap) { return heap + 8; }
constexpr VirtAddr heap_size(VirtAddr heap) { return heap + 16; }
constexpr VirtAddr heap_usable(VirtAddr heap) { return heap + 24; }
}  // namespace

// sysmalloc: a mapping of its own from the threshold on, else a larger top, cut then; if that fails, a mapping after
// all.
VirtAddr Ptmalloc::ask_system(PtArena& arena, std::uint64_t bytes) {
  const bool is_large = bytes >= options_.mmap_threshold && mapped_chunks_ < options_.most_maps;
  if (is_large) {
    if (const VirtAddr chunk = map_chunk(bytes); chunk != VirtAddr()) return chunk;
  }
  const bool has_grown = arena.is_main() ? grow_main(arena, bytes) : grow_other(arena, bytes);
  if (has_grown && chunks_.is_alive()) {
    arena.most_system_bytes = std::max(arena.most_system_bytes, arena.system_bytes);
    return cut_top(arena, bytes);
  }
  return arena.is_main() || is_large || !chunks_.is_alive() ? VirtAddr() : map_chunk(bytes);
}

// Both words in front are the chunk's own here: nobody before it lends one.
VirtAddr Ptmalloc::map_chunk(std::uint64_t bytes) {
  const std::uint64_t whole = pages_up(bytes + word_bytes);
  if (whole < bytes) return {};
  const VirtAddr chunk = chunks_.memory().map(whole, page_size);
  if (chunk == VirtAddr()) return {};
  ++counts_.maps;
  ++mapped_chunks_;
  mapped_bytes_ += whole;
  mapped_.insert(std::ranges::lower_bound(mapped_, std::pair(chunk, std::uint64_t{0})), {chunk, whole});
  chunks_.set_head(chunk, whole | is_mapped);
  return chunk;
}

bool Ptmalloc::grow_main(PtArena& arena, std::uint64_t bytes) {
  const std::uint64_t old = arena.top == VirtAddr() ? 0 : chunks_.bytes(arena.top);
  const std::uint64_t wanted = bytes + options_.top_pad + least_chunk;
  if (wanted < bytes || wanted > std::uint64_t{1} << 46U) return false;
  std::uint64_t more = pages_up(arena.is_contiguous ? wanted - old : wanted);
  VirtAddr begin = chunks_.memory().extend_break(static_cast<std::int64_t>(more));
  if (begin == VirtAddr()) {
    more = std::max(pages_up(wanted), least_map_for_break);
    begin = chunks_.memory().map(more, page_size);
    if (begin == VirtAddr()) return false;
    ++counts_.maps;
    arena.is_contiguous = false;
  }
  ++counts_.top_growths;
  arena.system_bytes += more;
  if (break_begin_ == VirtAddr()) break_begin_ = begin;
  const bool follows = arena.top != VirtAddr() && begin == arena.top + old;
  if (!follows) {
    adopt_region(arena, begin, more);
    return true;
  }
  chunks_.set_head(arena.top, (old + more) | previous_in_use);
  regions_.back().second += more;
  return true;
}

// Memory that does not follow the top: the top moves there, what was the top becomes a free chunk.
void Ptmalloc::adopt_region(PtArena& arena, VirtAddr begin, std::uint64_t bytes) {
  regions_.emplace_back(begin, bytes);
  const VirtAddr old = std::exchange(arena.top, begin);
  chunks_.set_head(begin, bytes | previous_in_use);
  if (old != VirtAddr()) retire_top(arena, old, chunks_.bytes(old));
}

// Two chunks of a header each at its end keep it from being merged with what does not follow it.
void Ptmalloc::retire_top(PtArena& arena, VirtAddr top, std::uint64_t bytes) {
  const std::uint64_t left = (bytes - 2 * header_bytes) & ~std::uint64_t{15};
  const VirtAddr first = top + left;
  const VirtAddr second = first + header_bytes;
  chunks_.set_head(second, (arena.is_main() ? header_bytes : 0) | previous_in_use);
  if (left < least_chunk) {
    chunks_.set_head(top, (left + header_bytes) | previous_in_use);
    chunks_.set_foot(top, left + header_bytes);
    return;
  }
  chunks_.set_head(first, header_bytes | previous_in_use);
  chunks_.set_foot(first, header_bytes);
  chunks_.set_head(top, left | previous_in_use | arena_flag(arena));
  free_chunk(arena, top, VirtAddr(), true);
}

bool Ptmalloc::grow_other(PtArena& arena, std::uint64_t bytes) {
  ProcessMemory& memory = chunks_.memory();
  const VirtAddr heap = heap_of(arena.top);
  const std::uint64_t old = chunks_.bytes(arena.top);
  const std::uint64_t size = memory.load(heap_size(heap));
  const std::uint64_t more = pages_up(least_chunk + bytes - old);
  if (size + more <= heap_max && more <= heap_max) {
    const std::uint64_t usable = memory.load(heap_usable(heap));
    if (size + more > usable) {
      if (!memory.make_usable(heap + usable, size + more - usable)) return false;
      memory.store(heap_usable(heap), size + more);
    }
    memory.store(heap_size(heap), size + more);
    ++counts_.top_growths;
    arena.system_bytes += more;
    chunks_.set_head(arena.top, (old + more) | previous_in_use);
    return true;
  }
  const VirtAddr made = new_heap(bytes + least_chunk + heap_header, options_.top_pad);
  if (made == VirtAddr()) return false;
  heaps_.emplace_back(made, arena.index);
  memory.store(made, arena.index);
  memory.store(heap_before(made), heap.value());
  const std::uint64_t made_bytes = memory.load(heap_size(made));
  arena.system_bytes += made_bytes;
  const VirtAddr top = std::exchange(arena.top, made + heap_header);
  chunks_.set_head(arena.top, (made_bytes - heap_header) | previous_in_use);
  retire_top(arena, top, old);
  return true;
}

// 64 MiB of addresses at a multiple of that, of which so many bytes are usable (new_heap).
VirtAddr Ptmalloc::new_heap(std::uint64_t bytes, std::uint64_t pad) {
  if (bytes > heap_max) return {};
  const std::uint64_t padded = std::min(bytes + pad, heap_max);
  const std::uint64_t usable = pages_up(std::max(padded, heap_min));
  const VirtAddr heap = reserve_heap();
  if (heap == VirtAddr()) return {};
  if (!chunks_.memory().make_usable(heap, usable)) {
    chunks_.memory().unmap(heap, heap_max);
    return {};
  }
  chunks_.memory().store(heap_size(heap), usable);
  chunks_.memory().store(heap_usable(heap), usable);
  return heap;
}

VirtAddr Ptmalloc::reserve_heap() {
  ProcessMemory& memory = chunks_.memory();
  const VirtAddr wide = memory.reserve(2 * heap_max);
  if (wide != VirtAddr()) {
    const VirtAddr heap((wide.value() + heap_max - 1) & ~(heap_max - 1));
    const std::uint64_t front = heap - wide;
    if (front > 0) memory.unmap(wide, front);
    memory.unmap(heap + heap_max, heap_max - front);
    return heap;
  }
  const VirtAddr heap = memory.reserve(heap_max);
  if (heap == VirtAddr() || heap.value() % heap_max == 0) return heap;
  memory.unmap(heap, heap_max);
  return {};
}

Ptmalloc::PtArena* Ptmalloc::new_arena() {
  const VirtAddr heap = new_heap(heap_header + arena_bytes + 16, options_.top_pad);
  if (heap == VirtAddr()) return nullptr;
  PtArena& arena = chunks_.add_arena();
  const std::uint64_t bytes = chunks_.memory().load(heap_size(heap));
  heaps_.emplace_back(heap, arena.index);
  chunks_.memory().store(heap, arena.index);
  chunks_.memory().store(heap_before(heap), 0);
  arena.is_contiguous = false;
  arena.system_bytes = arena.most_system_bytes = bytes;
  const std::uint64_t taken = (heap_header + arena_bytes + 15) & ~std::uint64_t{15};
  arena.top = heap + taken;
  chunks_.set_head(arena.top, (bytes - taken) | previous_in_use);
  return &arena;
}

// Gives back whole pages at the end of the top, but `pad` bytes (systrim). Somebody else may have moved the break.
void Ptmalloc::trim_main(PtArena& arena, std::uint64_t pad) {
  const std::uint64_t top = chunks_.bytes(arena.top);
  const std::uint64_t spare = top - least_chunk - 1;
  if (top <= least_chunk || spare <= pad) return;
  const std::uint64_t extra = (spare - pad) & ~(page_size - 1);
  if (extra == 0 || chunks_.memory().extend_break(0) != arena.top + top) return;
  if (chunks_.memory().extend_break(-static_cast<std::int64_t>(extra)) == VirtAddr()) return;
  ++counts_.trims;
  arena.system_bytes -= extra;
  regions_.back().second -= extra;
  chunks_.set_head(arena.top, (top - extra) | previous_in_use);
}

// Heaps that are empty go; of the last one the pages at its end do, and its addresses stay usable (heap_trim,
// shrink_heap).
void Ptmalloc::trim_other(PtArena& arena) {
  delete_heaps(arena);
  if (!chunks_.is_alive()) return;
  const std::uint64_t top = chunks_.bytes(arena.top);
  if (top < options_.trim_threshold || top <= least_chunk + 1 + options_.top_pad) return;
  const std::uint64_t extra = (top - least_chunk - 1 - options_.top_pad) & ~(page_size - 1);
  if (extra == 0) return;
  const VirtAddr heap = heap_of(arena.top);
  const std::uint64_t size = chunks_.memory().load(heap_size(heap)) - extra;
  if (!chunks_.memory().purge(heap + size, extra, Purge::forced)) return;
  ++counts_.trims;
  chunks_.memory().store(heap_size(heap), size);
  arena.system_bytes -= extra;
  chunks_.set_head(arena.top, (top - extra) | previous_in_use);
}

// While the top is all of a heap that is not the arena's first, that heap goes, and the top is at the end of the one
// before.
void Ptmalloc::delete_heaps(PtArena& arena) {
  ProcessMemory& memory = chunks_.memory();
  while (chunks_.is_alive()) {
    const VirtAddr heap = heap_of(arena.top);
    if (arena.top != heap + heap_header) return;
    const VirtAddr previous(memory.load(heap_before(heap)));
    VirtAddr chunk;
    const std::uint64_t top = top_without(previous, chunk);
    if (!chunks_.is_alive()) return;
    if (top + (heap_max - memory.load(heap_size(previous))) < options_.top_pad + least_chunk + page_size) return;
    const std::uint64_t bytes = memory.load(heap_size(heap));
    if (!memory.unmap(heap, heap_max)) return;
    arena.system_bytes -= bytes;
    std::erase_if(heaps_, [&](const auto& each) { return each.first == heap; });
    if ((chunks_.head(chunk) & previous_in_use) == 0) {
      chunk = before(chunk, chunks_.previous_bytes(chunk));
      chunks_.unlink(chunk);
    }
    arena.top = chunk;
    chunks_.set_head(chunk, top | previous_in_use);
  }
}

// How large the top will be that ends `previous`; `chunk` is the first of the two that end it now.
std::uint64_t Ptmalloc::top_without(VirtAddr previous, VirtAddr& chunk) {
  const VirtAddr last = before(previous + chunks_.memory().load(heap_size(previous)), header_bytes);
  if (!chunks_.demand(chunks_.head(last) == previous_in_use,
                      "heap_trim: Assertion `chunksize_nomask (p) == (0 | "
                      "PREV_INUSE)' failed.")) {
    return 0;
  }
  chunk = before(last, chunks_.previous_bytes(last));
  const bool is_free_before = (chunks_.head(chunk) & previous_in_use) == 0;
  return chunks_.bytes(chunk) + header_bytes + (is_free_before ? chunks_.previous_bytes(chunk) : 0);
}

}  // namespace signalbox::alloc
