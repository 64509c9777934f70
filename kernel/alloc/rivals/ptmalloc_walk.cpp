#include <algorithm>
#include <map>
#include <set>

#include "kernel/alloc/rivals/ptmalloc.hpp"

// What a debugger sees of the heap: nothing here is an access of the process.
namespace signalbox::alloc {

using namespace pt;

struct Ptmalloc::Walk {
  std::uint64_t in_use = 0;  // bytes of chunks
  std::uint64_t active_pages = 0;
  std::uint64_t last_active = 0;                  // page number and 1
  std::map<VirtAddr, std::uint64_t> free_chunks;  // but for tops
  std::string broken;

  void promise(bool is_kept, std::string_view what) {
    if (!is_kept && broken.empty()) broken = what;
  }
  // A chunk in use makes the pages active that any byte of it lies in, its size in front included.
  void use(VirtAddr chunk, std::uint64_t size) {
    in_use += size;
    const std::uint64_t first = std::max((chunk + word_bytes).value() / page_size + 1, last_active + 1);
    const std::uint64_t last = (chunk + (size + word_bytes - 1)).value() / page_size + 1;
    if (last >= first) active_pages += last - first + 1;
    last_active = std::max(last, last_active);
  }
};

void Ptmalloc::walk_region(Walk& seen, const PtArena& arena, VirtAddr begin, VirtAddr end) {
  const auto word = [&](VirtAddr at) { return chunks_.memory().peek(at).value_or(0); };
  seen.last_active = 0;
  bool was_free = false;
  std::uint64_t last_size = 0;
  for (VirtAddr chunk = begin; chunk < end;) {
    const std::uint64_t head = word(chunk + word_bytes);
    const std::uint64_t size = head & ~flags;
    const bool is_top = chunk == arena.top;
    // The chunks that end a region: two of 16 bytes, or the first is of 32, where a top of 48 was left.
    const bool is_wide_end = size == least_chunk && chunk + (least_chunk + header_bytes) == end;
    const bool ends = size < least_chunk || (is_wide_end && (word(chunk + 40) & ~flags) < least_chunk);
    seen.promise(((head & previous_in_use) == 0) == was_free, "a chunk's flag says whether the one before is free");
    if (was_free) seen.promise(word(chunk) == last_size, "a free chunk's size is behind it, too");
    if (ends) break;
    seen.promise(size <= end - chunk, "a chunk ends inside its region");
    if (size > end - chunk) break;
    const bool is_free = !is_top && (word(chunk + (size + word_bytes)) & previous_in_use) == 0;
    seen.promise(!is_free || !was_free, "free neighbours are one chunk");
    if (is_free) seen.free_chunks.emplace(chunk, size);
    if (!is_free && !is_top) seen.use(chunk, size);
    was_free = is_free;
    last_size = size;
    chunk += size;
  }
}

void Ptmalloc::walk(Walk& seen) {
  for (const auto& [begin, bytes] : regions_) {
    walk_region(seen, chunks_.arenas().front(), begin, begin + bytes);
  }
  std::set<unsigned> begun;
  for (const auto& [heap, index] : heaps_) {
    const std::uint64_t bytes = chunks_.memory().peek(heap + 16).value_or(0);
    const std::uint64_t taken =
        begun.insert(index).second ? (heap_header + arena_bytes + 15) & ~std::uint64_t{15} : heap_header;
    walk_region(seen, chunks_.arenas()[index], heap + taken, heap + bytes);
  }
}

HeapTotals Ptmalloc::totals() {
  Walk seen;
  walk(seen);
  HeapTotals totals;
  totals.huge = mapped_bytes_;
  totals.allocated = seen.in_use + mapped_bytes_;
  totals.active = seen.active_pages * page_size + mapped_bytes_;
  totals.mapped = mapped_bytes_;
  for (const PtArena& arena : chunks_.arenas()) totals.mapped += arena.system_bytes;
  totals.dirty = totals.mapped - std::min(totals.mapped, totals.active);
  totals.free_extents = seen.free_chunks.size();
  totals.retained = heaps_.size() * heap_max;
  for (const auto& [heap, index] : heaps_) totals.retained -= chunks_.memory().peek(heap + 16).value_or(0);
  totals.npurge = counts_.trims;
  totals.narenas = static_cast<unsigned>(chunks_.arenas().size());
  return totals;
}

std::uint64_t Ptmalloc::cached() {
  const auto word = [&](VirtAddr at) { return chunks_.memory().peek(at).value_or(0); };
  std::uint64_t bytes = 0;
  for (const Thread& thread : threads_) {
    if (thread.tcache == VirtAddr()) continue;
    for (std::uint64_t index = 0; index < tcache_bins; ++index) {
      const std::uint64_t counts = word(thread.tcache + index / 4 * word_bytes);
      bytes += (counts >> (index % 4 * 16) & 0xffffU) * (least_chunk + 16 * index);
    }
  }
  for (const PtArena& arena : chunks_.arenas()) {
    for (std::uint64_t index = 0; index < fast_bins; ++index) {
      const std::uint64_t size = least_chunk + 16 * index;
      for (VirtAddr chunk = arena.fast[index]; chunk != VirtAddr(); bytes += size) {
        const VirtAddr slot = chunk + header_bytes;
        chunk = VirtAddr(word(slot) ^ slot.value() >> 12U);
      }
    }
  }
  return bytes;
}

std::uint64_t Ptmalloc::metadata() {
  std::uint64_t bytes = chunks_.arenas().size() * arena_bytes + heaps_.size() * heap_header;
  for (const Thread& thread : threads_) bytes += thread.tcache == VirtAddr() ? 0 : chunk_bytes(tcache_bytes);
  return bytes;
}

std::vector<AllocatorCount> Ptmalloc::counts() {
  return {{"tcache.nhits", counts_.tcache_hits},
          {"fastbins.nhits", counts_.fast_hits},
          {"bins.nhits", counts_.bin_hits},
          {"top.ncuts", counts_.top_cuts},
          {"top.ngrowths", counts_.top_growths},
          {"top.ntrims", counts_.trims},
          {"unsorted.nsorted", counts_.sorted},
          {"chunks.nmerges", counts_.merges},
          {"fastbins.nconsolidations", counts_.consolidations},
          {"mapped.nmalloc", counts_.maps},
          {"mapped.ndalloc", counts_.unmaps},
          {"opt.mmap_threshold", options_.mmap_threshold},
          {"opt.trim_threshold", options_.trim_threshold}};
}

std::string Ptmalloc::broken() {
  Walk seen;
  walk(seen);
  std::size_t listed = 0;
  const auto word = [&](VirtAddr at) { return VirtAddr(chunks_.memory().peek(at).value_or(0)); };
  for (const PtArena& arena : chunks_.arenas()) {
    for (unsigned index = 1; index < bin_count - 1; ++index) {
      const VirtAddr bin = Chunks::bin(arena, index);
      VirtAddr chunk = arena.bins[index].next;
      std::uint64_t last = ~std::uint64_t{0};
      for (VirtAddr ahead = bin; chunk != bin && listed <= seen.free_chunks.size(); ++listed) {
        const auto found = seen.free_chunks.find(chunk);
        seen.promise(found != seen.free_chunks.end(), "bins hold free chunks");
        if (found == seen.free_chunks.end()) return seen.broken;
        seen.promise(index == 1 || bin_of(found->second) == index, "each free chunk is in the bin of its size");
        seen.promise(index < 64 || found->second <= last, "large bins are sorted");
        seen.promise(index == 1 || (arena.map[index / 32] >> (index % 32) & 1U) != 0, "the map knows used bins");
        seen.promise(word(chunk + 24) == ahead, "lists lead back as they lead on");
        last = found->second;
        ahead = chunk;
        chunk = word(chunk + header_bytes);
      }
    }
  }
  seen.promise(listed == seen.free_chunks.size(), "every free chunk is in one bin");
  const HeapTotals now = totals();
  seen.promise(now.allocated <= now.active, "what is allocated is active");
  seen.promise(now.active <= now.mapped, "what is active is mapped");
  return seen.broken;
}

}  // namespace signalbox::alloc
