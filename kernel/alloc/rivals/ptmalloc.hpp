#pragma once

#include <optional>
#include <span>
#include <vector>

#include "kernel/alloc/rivals/allocator.hpp"
#include "kernel/alloc/rivals/ptmalloc_chunks.hpp"

namespace signalbox::alloc {

// Settings by the names of mallopt(3), with glibc's defaults.
struct PtmallocOptions {
  std::uint64_t mmap_threshold = pt::threshold;
  std::uint64_t trim_threshold = pt::threshold;
  std::uint64_t top_pad = pt::threshold;
  bool is_dynamic = true;            // false once a threshold is set: freeing mapped blocks no longer raises it
  std::uint64_t most_maps = 65'536;  // M_MMAP_MAX
  unsigned arena_max = 8;            // eight for each CPU
  std::uint64_t tcache_key = 0x5369676e616c626f;
};

// glibc's malloc of 2.36 (malloc/malloc.c and arena.c, by its comments): blocks with their size in front, a small cache
// for each thread, fast bins, bins by size, one block at the top that grows by brk(2), and blocks from a threshold on
// mapped each for itself. Who overwrites what is in front of a block is ended with glibc's words, if glibc sees it.
class Ptmalloc final : public Allocator {
 public:
  Ptmalloc(ProcessMemory& memory, const PtmallocOptions& options) : chunks_(memory), options_(options) {}

  bool start() override;
  std::optional<unsigned> add_thread() override;
  void end_thread(unsigned thread) override;

  VirtAddr allocate(unsigned thread, std::uint64_t bytes) override;
  VirtAddr allocate_zeroed(unsigned thread, std::uint64_t bytes) override;
  VirtAddr allocate_aligned(unsigned thread, std::uint64_t alignment, std::uint64_t bytes) override;
  VirtAddr reallocate(unsigned thread, VirtAddr at, std::uint64_t bytes) override;
  void free(unsigned thread, VirtAddr at) override;
  std::uint64_t usable_size(VirtAddr at) override;

  // As if all threads ended, and what they hold in common with others, the fast bins, is merged.
  void flush() override;
  // malloc_trim(3), 0 bytes left at the top.
  void purge() override;

  HeapTotals totals() override;
  std::uint64_t cached() override;
  std::uint64_t metadata() override;
  std::uint64_t locks() override { return counts_.locks; }
  std::vector<AllocatorCount> counts() override;
  std::string_view last_words() const override { return chunks_.last_words(); }
  std::string broken() override;

  const PtmallocOptions& options() const { return options_; }

 private:
  using PtArena = pt::PtArena;

  struct Thread {
    bool is_there = false;
    unsigned arena = 0;
    VirtAddr tcache;  // null: none
    bool is_tried = false;
  };
  struct Counts {
    std::uint64_t locks = 0;
    std::uint64_t tcache_hits = 0;
    std::uint64_t fast_hits = 0;
    std::uint64_t bin_hits = 0;
    std::uint64_t top_cuts = 0;
    std::uint64_t sorted = 0;
    std::uint64_t merges = 0;
    std::uint64_t consolidations = 0;
    std::uint64_t top_growths = 0;
    std::uint64_t trims = 0;
    std::uint64_t maps = 0;
    std::uint64_t unmaps = 0;
  };
  // A request on its way through _int_malloc.
  struct Request {
    std::uint64_t bytes;                    // of the chunk
    std::optional<std::uint64_t> to_cache;  // chunks of this size go to this tcache bin on the way
    VirtAddr tcache;
    bool has_cached = false;
  };

  // ptmalloc_cache.cpp
  void ensure_tcache(Thread& thread);
  unsigned cached_in(VirtAddr tcache, std::uint64_t index);
  void set_cached_in(VirtAddr tcache, std::uint64_t index, unsigned count);
  VirtAddr tcache_take(VirtAddr tcache, std::uint64_t index);
  void tcache_put(VirtAddr tcache, std::uint64_t index, VirtAddr chunk);
  bool is_double_free(VirtAddr tcache, std::uint64_t index, VirtAddr block);
  void drop_tcache(Thread& thread);

  // ptmalloc_malloc.cpp: each answers a chunk or null.
  PtArena& arena_of(const Thread& thread) { return chunks_.arenas()[thread.arena]; }
  VirtAddr allocate_in(PtArena& arena, Thread* thread, std::uint64_t bytes);
  VirtAddr find_chunk(PtArena& arena, Request& request);
  VirtAddr take_fast(PtArena& arena, Request& request);
  VirtAddr take_small(PtArena& arena, Request& request);
  VirtAddr sort_unsorted(PtArena& arena, Request& request);
  bool is_sane_unsorted(PtArena& arena, VirtAddr victim, std::uint64_t size);
  void put_in_bin(PtArena& arena, VirtAddr victim, std::uint64_t size);
  void find_place_by_size(VirtAddr victim, std::uint64_t size, VirtAddr& ahead, VirtAddr& after);
  VirtAddr best_fit(PtArena& arena, const Request& request);
  VirtAddr next_bins(PtArena& arena, const Request& request);
  VirtAddr take_and_split(PtArena& arena, VirtAddr victim, std::uint64_t size, std::uint64_t bytes, bool remembers);
  VirtAddr cut_top(PtArena& arena, std::uint64_t bytes);
  void hand_out(const PtArena& arena, VirtAddr chunk, std::uint64_t size);
  std::uint64_t arena_flag(const PtArena& arena) const { return arena.is_main() ? 0 : pt::not_main; }

  // ptmalloc_system.cpp
  VirtAddr ask_system(PtArena& arena, std::uint64_t bytes);
  VirtAddr map_chunk(std::uint64_t bytes);
  bool grow_main(PtArena& arena, std::uint64_t bytes);
  void adopt_region(PtArena& arena, VirtAddr begin, std::uint64_t bytes);
  bool grow_other(PtArena& arena, std::uint64_t bytes);
  void retire_top(PtArena& arena, VirtAddr top, std::uint64_t bytes);
  std::uint64_t top_without(VirtAddr previous, VirtAddr& chunk);
  VirtAddr new_heap(std::uint64_t bytes, std::uint64_t pad);
  VirtAddr reserve_heap();
  PtArena* new_arena();
  void trim_main(PtArena& arena, std::uint64_t pad);
  void trim_other(PtArena& arena);
  void delete_heaps(PtArena& arena);

  // ptmalloc_free.cpp
  // Flags count here: a chunk of 16 bytes with one is what ends a region.
  static bool is_size(const PtArena& arena, std::uint64_t head) {
    return head > pt::header_bytes && (head & ~pt::flags) < arena.system_bytes;
  }
  PtArena* owner(VirtAddr chunk);
  void free_chunk(PtArena& arena, VirtAddr chunk, VirtAddr tcache, bool has_lock);
  void free_to_fast(PtArena& arena, VirtAddr chunk, std::uint64_t size, bool has_lock);
  void free_and_merge(PtArena& arena, VirtAddr chunk, std::uint64_t size);
  std::uint64_t merge(PtArena& arena, VirtAddr chunk, std::uint64_t size, std::string_view words);
  void consolidate(PtArena& arena);
  void unmap_chunk(VirtAddr chunk);

  // ptmalloc_realloc.cpp
  VirtAddr reallocate_chunk(PtArena& arena, Thread& thread, VirtAddr old, std::uint64_t bytes);
  std::uint64_t grow_into_neighbour(PtArena& arena, VirtAddr old, std::uint64_t old_size, std::uint64_t size);
  VirtAddr reallocate_mapped(unsigned thread, VirtAddr old, std::uint64_t bytes);
  VirtAddr resize_mapped(VirtAddr chunk, std::uint64_t size);
  void give_back_tail(PtArena& arena, Thread& thread, VirtAddr chunk, std::uint64_t whole, std::uint64_t size);
  VirtAddr align_mapped(VirtAddr chunk, std::uint64_t alignment);
  std::uint64_t written_from(PtArena& arena, VirtAddr old_top);

  // ptmalloc_walk.cpp: what a debugger sees.
  struct Walk;
  void walk(Walk& seen);
  void walk_region(Walk& seen, const PtArena& arena, VirtAddr begin, VirtAddr end);

  pt::Chunks chunks_;
  PtmallocOptions options_;
  std::vector<Thread> threads_;
  unsigned live_threads_ = 0;
  Counts counts_;
  VirtAddr break_begin_;
  std::vector<std::pair<VirtAddr, std::uint64_t>> regions_;  // of the main arena, for walks
  std::vector<std::pair<VirtAddr, unsigned>> heaps_;         // of the others, with their arena
  std::uint64_t mapped_bytes_ = 0;
  std::uint64_t mapped_chunks_ = 0;
  std::vector<std::pair<VirtAddr, std::uint64_t>> mapped_;  // chunks mapped for themselves, sorted
};

}  // namespace signalbox::alloc
