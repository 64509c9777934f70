#pragma once

#include <cstdint>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {

// The bits of an entry for a page of a VMA with these flags, but for the right to write, which depends on the page
// (protection_map of arch/x86/mm/pgprot.c): a new entry is young.
constexpr std::uint64_t entry_rights(VmaFlags flags) {
  if ((flags & vma_flag::rights) == 0) return page_bit::no_rights | page_bit::accessed;
  const std::uint64_t execution = (flags & vma_flag::exec) != 0 ? 0 : page_bit::no_execute;
  return page_bit::present | page_bit::user | page_bit::accessed | execution;
}

// Whether a shared page may be written without a fault that tells of it: shared memory may, a file wants to know
// (vma_wants_writenotify).
constexpr bool may_write_untold(VmaFlags flags, PageStore::Kind kind) {
  constexpr VmaFlags both = vma_flag::shared | vma_flag::write;
  return kind == PageStore::Kind::shared_memory && (flags & both) == both;
}

}  // namespace signalbox
