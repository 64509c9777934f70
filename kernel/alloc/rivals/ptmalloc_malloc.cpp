#include <bit>

#include "kernel/alloc/rivals/ptmalloc.hpp"

namespace signalbox::alloc {

using namespace pt;

bool Ptmalloc::start() {
  chunks_.add_arena();
  return add_thread().has_value();
}

// The first thread has the main arena, each further one an arena that nobody uses, else a new one while there may be
// more, else the one with the fewest (arena_get2; glibc goes round).
std::optional<unsigned> Ptmalloc::add_thread() {
  PtArena* chosen = nullptr;
  for (PtArena& each : chunks_.arenas()) {
    if (each.threads == 0) chosen = chosen == nullptr ? &each : chosen;
  }
  if (chosen == nullptr && chunks_.arenas().size() < options_.arena_max) chosen = new_arena();
  if (chosen == nullptr) {
    chosen = &chunks_.arenas().front();
    for (PtArena& each : chunks_.arenas()) {
      if (each.threads < chosen->threads) chosen = &each;
    }
  }
  ++chosen->threads;
  ++live_threads_;
  threads_.push_back({.is_there = true, .arena = chosen->index, .tcache = {}, .is_tried = false});
  return static_cast<unsigned>(threads_.size() - 1);
}

void Ptmalloc::end_thread(unsigned thread) {
  if (!chunks_.is_alive()) return;
  drop_tcache(threads_[thread]);
  threads_[thread].is_there = false;
  --arena_of(threads_[thread]).threads;
  --live_threads_;
}

VirtAddr Ptmalloc::allocate(unsigned thread, std::uint64_t bytes) {
  if (!chunks_.is_alive() || bytes >= most_request) return {};
  Thread& caller = threads_[thread];
  ensure_tcache(caller);
  const std::uint64_t index = tcache_index(chunk_bytes(bytes));
  VirtAddr chunk;
  if (caller.tcache != VirtAddr() && index < tcache_bins && cached_in(caller.tcache, index) > 0) {
    ++counts_.tcache_hits;
    chunk = tcache_take(caller.tcache, index);
  } else {
    chunk = allocate_in(arena_of(caller), &caller, bytes);
  }
  return chunk == VirtAddr() || !chunks_.is_alive() ? VirtAddr() : Chunks::block(chunk);
}

// `thread` is whose cache is filled on the way; null: nobody's. An arena that has no more is left for the main one, or
// the main one for a new one (arena_get_retry).
VirtAddr Ptmalloc::allocate_in(PtArena& arena, Thread* thread, std::uint64_t bytes) {
  if (live_threads_ > 1) ++counts_.locks;
  Request request{.bytes = chunk_bytes(bytes), .to_cache = {}, .tcache = {}};
  if (thread != nullptr && thread->tcache != VirtAddr()) {
    request.tcache = thread->tcache;
    if (tcache_index(request.bytes) < tcache_bins) request.to_cache = tcache_index(request.bytes);
  }
  const VirtAddr chunk = find_chunk(arena, request);
  if (!chunks_.is_alive()) return {};
  if (chunk != VirtAddr() || arena.is_main()) return chunk;
  return find_chunk(chunks_.arenas().front(), request);
}

// _int_malloc: ever slower ways.
VirtAddr Ptmalloc::find_chunk(PtArena& arena, Request& request) {
  VirtAddr chunk = take_fast(arena, request);
  if (chunk == VirtAddr()) chunk = take_small(arena, request);
  if (chunk != VirtAddr() || !chunks_.is_alive()) return chunk;
  if (!is_small(request.bytes) && arena.has_fast) consolidate(arena);
  while (chunks_.is_alive()) {
    request.has_cached = false;
    chunk = sort_unsorted(arena, request);
    if (chunk == VirtAddr() && request.has_cached) chunk = tcache_take(request.tcache, *request.to_cache);
    if (chunk == VirtAddr()) chunk = best_fit(arena, request);
    if (chunk == VirtAddr()) chunk = next_bins(arena, request);
    if (chunk == VirtAddr()) chunk = cut_top(arena, request.bytes);
    if (chunk != VirtAddr() || !chunks_.is_alive()) return chunk;
    if (!arena.has_fast) return ask_system(arena, request.bytes);
    consolidate(arena);
  }
  return {};
}

VirtAddr Ptmalloc::take_fast(PtArena& arena, Request& request) {
  if (request.bytes > fast_max) return {};
  VirtAddr& first = arena.fast[fast_index(request.bytes)];
  const auto pop = [&](std::string_view words) {
    const VirtAddr chunk = first;
    if (chunk == VirtAddr() || !chunks_.demand(is_aligned(chunk), words)) return VirtAddr();
    first = chunks_.reveal(chunk + header_bytes);
    return chunk;
  };
  const VirtAddr victim = pop("malloc(): unaligned fastbin chunk detected 2");
  if (victim == VirtAddr()) return {};
  const bool is_right_size = fast_index(chunks_.bytes(victim)) == fast_index(request.bytes);
  if (!chunks_.demand(is_right_size, "malloc(): memory corruption (fast)")) return {};
  ++counts_.fast_hits;
  while (request.to_cache && first != VirtAddr() && cached_in(request.tcache, *request.to_cache) < tcache_count) {
    const VirtAddr another = pop("malloc(): unaligned fastbin chunk detected 3");
    if (another == VirtAddr()) return {};
    tcache_put(request.tcache, *request.to_cache, another);
  }
  return victim;
}

VirtAddr Ptmalloc::take_small(PtArena& arena, Request& request) {
  if (!is_small(request.bytes)) return {};
  const VirtAddr bin = Chunks::bin(arena, bin_of(request.bytes));
  const auto take_last = [&] {
    const VirtAddr victim = chunks_.previous(bin);
    const VirtAddr ahead = chunks_.previous(victim);
    if (!chunks_.demand(chunks_.next(ahead) == victim, "malloc(): smallbin double linked list corrupted"))
      return victim;
    chunks_.set_previous(bin, ahead);
    chunks_.set_next(ahead, bin);
    hand_out(arena, victim, request.bytes);
    return victim;
  };
  if (chunks_.previous(bin) == bin) return {};
  const VirtAddr victim = take_last();
  ++counts_.bin_hits;
  while (chunks_.is_alive() && request.to_cache && chunks_.previous(bin) != bin &&
         cached_in(request.tcache, *request.to_cache) < tcache_count) {
    tcache_put(request.tcache, *request.to_cache, take_last());
  }
  return victim;
}

// A free chunk becomes one in use, as a whole.
void Ptmalloc::hand_out(const PtArena& arena, VirtAddr chunk, std::uint64_t size) {
  chunks_.set_in_use_at(chunk, size);
  if (!arena.is_main()) chunks_.set_head(chunk, chunks_.head(chunk) | not_main);
}

bool Ptmalloc::is_sane_unsorted(PtArena& arena, VirtAddr victim, std::uint64_t size) {
  const VirtAddr unsorted = Chunks::bin(arena, 1);
  const bool is_size = size > header_bytes && size <= arena.system_bytes;
  if (!chunks_.demand(is_size, "malloc(): invalid size (unsorted)")) return false;
  const VirtAddr next = victim + size;
  const std::uint64_t next_head = chunks_.head(next);
  const bool is_next = next_head >= header_bytes && next_head <= arena.system_bytes;
  if (!chunks_.demand(is_next, "malloc(): invalid next size (unsorted)")) return false;
  const bool has_foot = (chunks_.previous_bytes(next) & ~flags) == size;
  if (!chunks_.demand(has_foot, "malloc(): mismatching next->prev_size (unsorted)")) return false;
  const bool is_linked = chunks_.next(chunks_.previous(victim)) == victim && chunks_.next(victim) == unsorted;
  if (!chunks_.demand(is_linked, "malloc(): unsorted double linked list corrupted")) return false;
  return chunks_.demand((next_head & previous_in_use) == 0, "malloc(): invalid next->prev_inuse (unsorted)");
}

// Goes through what was freed lately, the oldest first: an exact fit is taken, or put into the cache until that is
// full; all else is put into its bin.
VirtAddr Ptmalloc::sort_unsorted(PtArena& arena, Request& request) {
  const VirtAddr unsorted = Chunks::bin(arena, 1);
  for (unsigned sorted = 0; sorted < most_sorted && chunks_.previous(unsorted) != unsorted; ++sorted) {
    const VirtAddr victim = chunks_.previous(unsorted);
    const VirtAddr ahead = chunks_.previous(victim);
    const std::uint64_t size = chunks_.bytes(victim);
    if (!is_sane_unsorted(arena, victim, size)) return {};
    const bool is_remainder = is_small(request.bytes) && ahead == unsorted && victim == arena.last_remainder;
    if (is_remainder && size > request.bytes + least_chunk) {
      return take_and_split(arena, victim, size, request.bytes, true);
    }
    chunks_.set_previous(unsorted, ahead);
    chunks_.set_next(ahead, unsorted);
    ++counts_.sorted;
    if (size != request.bytes) {
      put_in_bin(arena, victim, size);
      continue;
    }
    hand_out(arena, victim, size);
    if (!request.to_cache || cached_in(request.tcache, *request.to_cache) == tcache_count) return victim;
    tcache_put(request.tcache, *request.to_cache, victim);
    request.has_cached = true;
  }
  return {};
}

void Ptmalloc::put_in_bin(PtArena& arena, VirtAddr victim, std::uint64_t size) {
  const unsigned index = bin_of(size);
  VirtAddr ahead = Chunks::bin(arena, index);
  VirtAddr after = chunks_.next(ahead);
  if (!is_small(size)) find_place_by_size(victim, size, ahead, after);
  if (!chunks_.is_alive()) return;
  arena.map[index / 32] |= 1U << (index % 32);
  chunks_.link(victim, ahead, after);
}

// In a large bin chunks are sorted, the largest first; `ahead` is the bin, `after` its first. The first of each size is
// in a ring of sizes; further ones of its size come second, so that the ring need not change.
void Ptmalloc::find_place_by_size(VirtAddr victim, std::uint64_t size, VirtAddr& ahead, VirtAddr& after) {
  const VirtAddr bin = ahead;
  if (after == bin) {
    chunks_.set_smaller(victim, victim);
    chunks_.set_larger(victim, victim);
    return;
  }
  const VirtAddr last = chunks_.previous(bin);
  if (size < chunks_.bytes(last)) {
    const VirtAddr largest = chunks_.next(bin);
    after = bin;
    ahead = last;
    chunks_.set_smaller(victim, largest);
    chunks_.set_larger(victim, chunks_.larger(largest));
    chunks_.set_smaller(chunks_.larger(largest), victim);
    chunks_.set_larger(largest, victim);
    return;
  }
  while (chunks_.is_alive() && size < chunks_.bytes(after)) after = chunks_.smaller(after);
  if (size == chunks_.bytes(after)) {
    // It came from the unsorted bin, so its own links in the ring are null.
    ahead = after;
    after = chunks_.next(ahead);
    return;
  }
  const VirtAddr above = chunks_.larger(after);
  const bool is_ring = chunks_.smaller(above) == after;
  if (!chunks_.demand(is_ring, "malloc(): largebin double linked list corrupted (nextsize)")) return;
  chunks_.set_smaller(victim, after);
  chunks_.set_larger(victim, above);
  chunks_.set_larger(after, victim);
  chunks_.set_smaller(above, victim);
  ahead = chunks_.previous(after);
  chunks_.demand(chunks_.next(ahead) == after, "malloc(): largebin double linked list corrupted (bk)");
}

// In the request's own large bin, the smallest that is enough.
VirtAddr Ptmalloc::best_fit(PtArena& arena, const Request& request) {
  if (is_small(request.bytes)) return {};
  const VirtAddr bin = Chunks::bin(arena, bin_of(request.bytes));
  VirtAddr victim = chunks_.next(bin);
  if (victim == bin || chunks_.bytes(victim) < request.bytes) return {};
  victim = chunks_.larger(victim);
  std::uint64_t size = chunks_.bytes(victim);
  while (chunks_.is_alive() && size < request.bytes) {
    victim = chunks_.larger(victim);
    size = chunks_.bytes(victim);
  }
  // The second of a size leaves the ring as it is.
  if (victim != chunks_.previous(bin) && chunks_.bytes(chunks_.next(victim)) == size) victim = chunks_.next(victim);
  return take_and_split(arena, victim, size, request.bytes, false);
}

// The next bins that may have something, by the map of bins, which forgets late.
VirtAddr Ptmalloc::next_bins(PtArena& arena, const Request& request) {
  for (unsigned index = bin_of(request.bytes) + 1; index < bin_count - 1 && chunks_.is_alive();) {
    const std::uint32_t left = arena.map[index / 32] >> (index % 32);
    if (left == 0) {
      index = (index / 32 + 1) * 32;
      continue;
    }
    index += static_cast<unsigned>(std::countr_zero(left));
    const VirtAddr bin = Chunks::bin(arena, index);
    const VirtAddr victim = chunks_.previous(bin);
    if (victim != bin) return take_and_split(arena, victim, chunks_.bytes(victim), request.bytes, true);
    arena.map[index / 32] &= ~(1U << (index % 32));
    ++index;
  }
  return {};
}

// Takes a chunk out of its bin and leaves what is too much as a chunk of its own in the unsorted bin. A small request
// remembers it: the next one is cut off it.
VirtAddr Ptmalloc::take_and_split(PtArena& arena, VirtAddr victim, std::uint64_t size, std::uint64_t bytes,
                                  bool remembers) {
  chunks_.unlink(victim);
  if (!chunks_.is_alive()) return {};
  ++counts_.bin_hits;
  const std::uint64_t left = size - bytes;
  if (left < least_chunk) {
    hand_out(arena, victim, size);
    return victim;
  }
  const VirtAddr rest = victim + bytes;
  chunks_.put_unsorted(arena, rest, left, "malloc(): corrupted unsorted chunks");
  if (!chunks_.is_alive()) return {};
  if (remembers && is_small(bytes)) arena.last_remainder = rest;
  chunks_.set_head(victim, bytes | previous_in_use | arena_flag(arena));
  chunks_.set_head(rest, left | previous_in_use);
  chunks_.set_foot(rest, left);
  return victim;
}

VirtAddr Ptmalloc::cut_top(PtArena& arena, std::uint64_t bytes) {
  if (arena.top == VirtAddr()) return {};
  const VirtAddr victim = arena.top;
  const std::uint64_t size = chunks_.bytes(victim);
  if (!chunks_.demand(size <= arena.system_bytes, "malloc(): corrupted top size")) return {};
  if (size < bytes + least_chunk) return {};
  ++counts_.top_cuts;
  arena.top = victim + bytes;
  chunks_.set_head(victim, bytes | previous_in_use | arena_flag(arena));
  chunks_.set_head(arena.top, (size - bytes) | previous_in_use);
  return victim;
}

}  // namespace signalbox::alloc
