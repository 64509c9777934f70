#include <algorithm>
#include <utility>

#include "kernel/alloc/rivals/ptmalloc.hpp"

namespace signalbox::alloc {

using namespace pt;

namespace {
constexpr VirtAddr heap_of(VirtAddr chunk) { return chunk.aligned_down(heap_max); }
}  // namespace

// Whose chunk it is says a flag in front of it, and then the heap it lies in (arena_for_chunk).
Ptmalloc::PtArena* Ptmalloc::owner(VirtAddr chunk) {
  if ((chunks_.head(chunk) & not_main) == 0) return &chunks_.arenas().front();
  const std::uint64_t index = chunks_.memory().load(heap_of(chunk));
  if (chunks_.demand(index < chunks_.arenas().size(), "Segmentation fault")) return &chunks_.arenas()[index];
  return nullptr;
}

void Ptmalloc::free(unsigned thread, VirtAddr at) {
  if (at == VirtAddr() || !chunks_.is_alive()) return;
  const VirtAddr chunk = Chunks::chunk(at);
  const std::uint64_t head = chunks_.head(chunk);
  if (!chunks_.is_alive()) return;
  if ((head & is_mapped) != 0) {
    const std::uint64_t size = head & ~flags;
    if (options_.is_dynamic && size > options_.mmap_threshold && size <= most_threshold) {
      options_.mmap_threshold = size;
      options_.trim_threshold = 2 * size;
    }
    return unmap_chunk(chunk);
  }
  ensure_tcache(threads_[thread]);
  if (PtArena* const arena = owner(chunk); arena != nullptr) free_chunk(*arena, chunk, threads_[thread].tcache, false);
}

// _int_free. A null `tcache`: none.
void Ptmalloc::free_chunk(PtArena& arena, VirtAddr chunk, VirtAddr tcache, bool has_lock) {
  const std::uint64_t size = chunks_.bytes(chunk);
  const bool is_place = chunk.value() <= std::uint64_t{0} - size && is_aligned(chunk);
  if (!chunks_.demand(is_place, "free(): invalid pointer")) return;
  if (!chunks_.demand(size >= least_chunk && size % 16 == 0, "free(): invalid size")) return;
  const std::uint64_t index = tcache_index(size);
  if (tcache != VirtAddr() && index < tcache_bins) {
    if (is_double_free(tcache, index, Chunks::block(chunk))) return;
    if (cached_in(tcache, index) < tcache_count) return tcache_put(tcache, index, chunk);
  }
  if (size <= fast_max) return free_to_fast(arena, chunk, size, has_lock);
  if (!has_lock && live_threads_ > 1) ++counts_.locks;
  free_and_merge(arena, chunk, size);
}

void Ptmalloc::free_to_fast(PtArena& arena, VirtAddr chunk, std::uint64_t size, bool has_lock) {
  if (!chunks_.demand(is_size(arena, chunks_.head(chunk + size)), "free(): invalid next size (fast)")) return;
  VirtAddr& first = arena.fast[fast_index(size)];
  if (!chunks_.demand(first != chunk, "double free or corruption (fasttop)")) return;
  if (has_lock && first != VirtAddr()) {
    const bool is_same = fast_index(chunks_.bytes(first)) == fast_index(size);
    if (!chunks_.demand(is_same, "invalid fastbin entry (free)")) return;
  }
  chunks_.hide(chunk + header_bytes, first);
  first = chunk;
  arena.has_fast = true;
}

void Ptmalloc::free_and_merge(PtArena& arena, VirtAddr chunk, std::uint64_t size) {
  const VirtAddr next = chunk + size;
  if (!chunks_.demand(chunk != arena.top, "double free or corruption (top)")) return;
  const bool is_inside = !arena.is_contiguous || arena.top == VirtAddr() || next < arena.top + chunks_.bytes(arena.top);
  if (!chunks_.demand(is_inside, "double free or corruption (out)")) return;
  const std::uint64_t next_head = chunks_.head(next);
  if (!chunks_.demand((next_head & previous_in_use) != 0, "double free or corruption (!prev)")) return;
  if (!chunks_.demand(is_size(arena, next_head), "free(): invalid next size (normal)")) return;
  const std::uint64_t merged = merge(arena, chunk, size, "free(): corrupted unsorted chunks");
  if (!chunks_.is_alive() || merged < consolidate_from) return;
  if (arena.has_fast) consolidate(arena);
  if (!chunks_.is_alive()) return;
  if (!arena.is_main()) return trim_other(arena);
  if (chunks_.bytes(arena.top) >= options_.trim_threshold) trim_main(arena, options_.top_pad);
}

// Joins a chunk with its free neighbours and puts it at the front of the unsorted bin, or makes it part of the top.
// Answers how large it has become.
std::uint64_t Ptmalloc::merge(PtArena& arena, VirtAddr chunk, std::uint64_t size, std::string_view words) {
  const VirtAddr next = chunk + size;
  const std::uint64_t next_size = chunks_.bytes(next);
  if ((chunks_.head(chunk) & previous_in_use) == 0) {
    const std::uint64_t previous = chunks_.previous_bytes(chunk);
    size += previous;
    chunk = before(chunk, previous);
    const bool is_same = chunks_.bytes(chunk) == previous;
    if (!chunks_.demand(is_same, "corrupted size vs. prev_size while consolidating")) return 0;
    chunks_.unlink(chunk);
    ++counts_.merges;
  }
  if (!chunks_.is_alive()) return 0;
  if (next == arena.top) {
    size += next_size;
    chunks_.set_head(chunk, size | previous_in_use);
    arena.top = chunk;
    return size;
  }
  if (chunks_.is_in_use_at(next, next_size)) {
    chunks_.clear_in_use_at(next, 0);
  } else {
    chunks_.unlink(next);
    size += next_size;
    ++counts_.merges;
  }
  if (!chunks_.is_alive()) return 0;
  chunks_.put_unsorted(arena, chunk, size, words);
  if (!chunks_.is_alive()) return 0;
  chunks_.set_head(chunk, size | previous_in_use);
  chunks_.set_foot(chunk, size);
  return size;
}

// What fast bins hold becomes free for good (malloc_consolidate).
void Ptmalloc::consolidate(PtArena& arena) {
  ++counts_.consolidations;
  arena.has_fast = false;
  for (std::uint64_t index = 0; index < fast_bins; ++index) {
    VirtAddr chunk = std::exchange(arena.fast[index], VirtAddr());
    while (chunk != VirtAddr() && chunks_.is_alive()) {
      if (!chunks_.demand(is_aligned(chunk), "malloc_consolidate(): unaligned fastbin chunk detected")) return;
      const std::uint64_t size = chunks_.bytes(chunk);
      if (!chunks_.demand(fast_index(size) == index, "malloc_consolidate(): invalid chunk size")) return;
      const VirtAddr next = chunks_.reveal(chunk + header_bytes);
      merge(arena, chunk, size, "malloc_consolidate(): corrupted unsorted chunks");
      chunk = next;
    }
  }
}

void Ptmalloc::unmap_chunk(VirtAddr chunk) {
  const VirtAddr begin = before(chunk, chunks_.previous_bytes(chunk));
  const std::uint64_t bytes = chunks_.previous_bytes(chunk) + chunks_.bytes(chunk);
  const auto found = std::ranges::lower_bound(mapped_, std::pair(begin, std::uint64_t{0}));
  const bool is_pages = (begin.value() | bytes) % page_size == 0;
  const std::uint64_t offset = Chunks::block(chunk).value() % page_size;
  if (!chunks_.demand(is_pages && (offset & (offset - 1)) == 0, "munmap_chunk(): invalid pointer")) return;
  ++counts_.unmaps;
  if (found != mapped_.end() && found->first == begin) {
    mapped_bytes_ -= found->second;
    mapped_.erase(found);
    --mapped_chunks_;
  }
  // That it may fail is nobody's concern, as in glibc: then the pages are lost.
  chunks_.memory().unmap(begin, bytes);
}

void Ptmalloc::flush() {
  for (Thread& thread : threads_) {
    if (thread.is_there && chunks_.is_alive()) drop_tcache(thread);
  }
  for (PtArena& arena : chunks_.arenas()) {
    if (chunks_.is_alive() && arena.has_fast) consolidate(arena);
  }
}

// malloc_trim(3): whole pages inside of free chunks are given up, and what the top has beyond a page (mtrim).
void Ptmalloc::purge() {
  for (PtArena& arena : chunks_.arenas()) {
    if (!chunks_.is_alive()) return;
    consolidate(arena);
    for (unsigned index = 1; index < bin_count - 1 && chunks_.is_alive(); ++index) {
      if (index != 1 && index < bin_of(page_size)) continue;
      const VirtAddr bin = Chunks::bin(arena, index);
      for (VirtAddr chunk = chunks_.previous(bin); chunk != bin && chunks_.is_alive();
           chunk = chunks_.previous(chunk)) {
        const VirtAddr first((chunk.value() + 48 + page_size - 1) & ~(page_size - 1));
        const VirtAddr last = (chunk + chunks_.bytes(chunk)).aligned_down(page_size);
        if (first < last) chunks_.memory().purge(first, last - first, Purge::forced);
      }
    }
    if (arena.is_main() && arena.top != VirtAddr()) trim_main(arena, 0);
  }
}

}  // namespace signalbox::alloc
