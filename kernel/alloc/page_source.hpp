#pragma once

#include <concepts>
#include <cstdint>

#include "kernel/base/address.hpp"

namespace signalbox::alloc {

// How pages are given back: lazily, when the system wants them (MADV_FREE of madvise(2)), or at once, so that they read
// as zeros afterwards (MADV_DONTNEED).
enum class Purge : std::uint8_t { lazy, forced };

// Where an allocator's pages come from: the host's mmap, an emulated process's brk and mmap, a fake. Every call may
// fail. Pages that were mapped read as zeros, and cost memory from their first touch only: nothing needs to be
// committed.
template <class S>
concept PageSource = requires(S& source, VirtAddr at, std::uint64_t bytes, std::uint64_t alignment, Purge how) {
  // `bytes` of new pages at a multiple of `alignment`, a power of two; the null address if there are none.
  { source.map(bytes, alignment) } -> std::same_as<VirtAddr>;
  // Gives back a part of what was mapped, whatever calls mapped it. false: it stays mapped.
  { source.unmap(at, bytes) } -> std::same_as<bool>;
  // Gives back the memory and keeps the addresses. false: nothing happened.
  { source.purge(at, bytes, how) } -> std::same_as<bool>;
  // Moves pages with their contents onto the beginning of the `bytes` that another map() made; where they were is
  // unmapped afterwards (mremap(2), MREMAP_FIXED). false: they are where they were, and what map() made is lost: its
  // addresses may be another's already.
  { source.move(at, bytes, at, bytes) } -> std::same_as<bool>;
  // Whether what two calls mapped may become one extent where they touch.
  { source.may_merge() } -> std::same_as<bool>;
};

}  // namespace signalbox::alloc
