#include "kernel/mm/space/mprotect.hpp"

#include <algorithm>

#include "kernel/mm/space/mapping_flags.hpp"

namespace signalbox {
namespace {

using vma_flag::accounted;
using vma_flag::grows_down;
using vma_flag::no_reserve;
using vma_flag::rights;
using vma_flag::shared;
using vma_flag::write;

// Pages of one VMA.
Result<void> protect(AddressMap& map, const Vma& vma, PageRange part, VmaFlags flags) {
  const VmaFlags before = vma.flags;
  if (flags == before) return {};
  const std::uint64_t pages = part.pages();
  std::uint64_t charged = 0;
  if ((flags & write) != 0) {
    if (!map.may_expand(flags, pages) && map.may_expand(before, pages)) return Errno::enomem;
    // What may be written is promised, and stays so when it may not any more.
    if ((before & (accounted | write | shared | no_reserve)) == 0) {
      TRY(map.charge(pages));
      charged = pages;
      flags |= accounted;
    }
  }
  const Result<void> changed = map.change_flags(part, flags);
  if (changed) {
    map.pages().protect(part, flags);
  } else {
    map.commits().release(charged);
  }
  return changed;
}

}  // namespace

Result<void> mprotect(AddressMap& map, VirtAddr at, std::uint64_t bytes, std::uint32_t prot) {
  const std::uint32_t grows = prot & (prot_growsdown | prot_growsup);
  prot &= ~grows;
  if (grows == (prot_growsdown | prot_growsup) || !is_page_aligned(at)) return Errno::einval;
  if (bytes == 0) return {};
  const VirtAddr end = at + page_aligned(bytes);
  if (end <= at) return Errno::enomem;
  if ((prot & ~(prot_read | prot_write | prot_exec | prot_sem)) != 0) return Errno::einval;
  const Vma* vma = map.vmas().first_ending_above(at);
  if (vma == nullptr) return Errno::enomem;
  if (grows == prot_growsdown) {
    if (vma->range.begin >= end) return Errno::enomem;
    at = vma->range.begin;
    if (!vma->has(grows_down)) return Errno::einval;
  } else if (vma->range.begin <= at && grows == prot_growsup) {
    return Errno::einval;  // no VMA of x86 grows up
  }
  while (at < end) {
    vma = map.vmas().find(at);
    if (vma == nullptr) return Errno::enomem;
    const VmaFlags flags = (vma->flags & ~rights) | (prot & rights);
    if ((flags & rights & ~(flags >> 4U)) != 0) return Errno::eacces;  // each right has its may_ bit four above
    const PageRange part{at, std::min(vma->range.end, end)};
    TRY(protect(map, *vma, part, flags));
    at = part.end;
  }
  return {};
}

}  // namespace signalbox
