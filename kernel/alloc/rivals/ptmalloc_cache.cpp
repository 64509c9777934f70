#include "kernel/alloc/rivals/ptmalloc.hpp"

// tcache_perthread_struct: 64 counts of two bytes, then 64 heads, in a block of the thread's arena. A block in it keeps
// the next one in its first word, and in its second a key that tells a second free.
namespace signalbox::alloc {

using namespace pt;

namespace {
constexpr VirtAddr head_slot(VirtAddr tcache, std::uint64_t index) {
  return tcache + (tcache_bins * sizeof(std::uint16_t) + index * word_bytes);
}
constexpr unsigned count_shift(std::uint64_t index) { return static_cast<unsigned>(index % 4 * 16); }
constexpr VirtAddr count_word(VirtAddr tcache, std::uint64_t index) { return tcache + index / 4 * word_bytes; }
}  // namespace

void Ptmalloc::ensure_tcache(Thread& thread) {
  if (thread.tcache != VirtAddr() || thread.is_tried) return;
  const VirtAddr chunk = allocate_in(arena_of(thread), nullptr, tcache_bytes);
  if (chunk == VirtAddr()) return;
  thread.tcache = Chunks::block(chunk);
  chunks_.memory().zero(thread.tcache, tcache_bytes);
}

unsigned Ptmalloc::cached_in(VirtAddr tcache, std::uint64_t index) {
  return (chunks_.memory().load(count_word(tcache, index)) >> count_shift(index)) & 0xffffU;
}

void Ptmalloc::set_cached_in(VirtAddr tcache, std::uint64_t index, unsigned count) {
  const VirtAddr at = count_word(tcache, index);
  const std::uint64_t others = chunks_.memory().load(at) & ~(std::uint64_t{0xffff} << count_shift(index));
  chunks_.memory().store(at, others | std::uint64_t{count} << count_shift(index));
}

// The bin is not empty.
VirtAddr Ptmalloc::tcache_take(VirtAddr tcache, std::uint64_t index) {
  const VirtAddr block(chunks_.memory().load(head_slot(tcache, index)));
  if (!chunks_.demand(is_aligned(block), "malloc(): unaligned tcache chunk detected")) return {};
  chunks_.memory().store(head_slot(tcache, index), chunks_.reveal(block).value());
  set_cached_in(tcache, index, cached_in(tcache, index) - 1);
  chunks_.memory().store(block + word_bytes, 0);
  return Chunks::chunk(block);
}

// The bin has room.
void Ptmalloc::tcache_put(VirtAddr tcache, std::uint64_t index, VirtAddr chunk) {
  const VirtAddr block = Chunks::block(chunk);
  chunks_.memory().store(block + word_bytes, options_.tcache_key);
  chunks_.hide(block, VirtAddr(chunks_.memory().load(head_slot(tcache, index))));
  chunks_.memory().store(head_slot(tcache, index), block.value());
  set_cached_in(tcache, index, cached_in(tcache, index) + 1);
}

// The key may be there by chance: only what is in the bin is free.
bool Ptmalloc::is_double_free(VirtAddr tcache, std::uint64_t index, VirtAddr block) {
  if (chunks_.memory().load(block + word_bytes) != options_.tcache_key) return false;
  VirtAddr each(chunks_.memory().load(head_slot(tcache, index)));
  for (unsigned seen = 0; each != VirtAddr() && chunks_.is_alive(); ++seen) {
    if (!chunks_.demand(seen < tcache_count, "free(): too many chunks detected in tcache")) return true;
    if (!chunks_.demand(is_aligned(each), "free(): unaligned chunk detected in tcache 2")) return true;
    if (!chunks_.demand(each != block, "free(): double free detected in tcache 2")) return true;
    each = chunks_.reveal(each);
  }
  return false;
}

void Ptmalloc::drop_tcache(Thread& thread) {
  const VirtAddr tcache = thread.tcache;
  if (tcache == VirtAddr()) return;
  thread.tcache = VirtAddr();
  thread.is_tried = true;
  for (std::uint64_t index = 0; index < tcache_bins; ++index) {
    while (chunks_.is_alive() && cached_in(tcache, index) > 0) {
      const VirtAddr chunk = tcache_take(tcache, index);
      PtArena* const arena = chunks_.is_alive() ? owner(chunk) : nullptr;
      if (arena != nullptr) free_chunk(*arena, chunk, VirtAddr(), false);
    }
  }
  PtArena* const arena = chunks_.is_alive() ? owner(Chunks::chunk(tcache)) : nullptr;
  if (arena != nullptr) free_chunk(*arena, Chunks::chunk(tcache), VirtAddr(), false);
  thread.is_tried = false;
}

}  // namespace signalbox::alloc
