#include "kernel/mm/space/mlock.hpp"

#include <algorithm>

#include "kernel/mm/space/mapping_flags.hpp"

namespace signalbox {
namespace {

using vma_flag::all_locks;
using vma_flag::locked;

// The pages that a byte range touches; its end wraps as Linux's does.
PageRange touched(VirtAddr at, std::uint64_t bytes) {
  const VirtAddr begin = at.aligned_down(page_bytes);
  return {begin, begin + page_aligned(bytes + (at - begin))};
}

// apply_vma_lock_flags.
Result<void> set_locks(AddressMap& map, PageRange range, VmaFlags locks) {
  if (range.end < range.begin) return Errno::einval;
  for (VirtAddr at = range.begin; at < range.end;) {
    const Vma* const vma = map.vmas().find(at);
    if (vma == nullptr) return Errno::enomem;
    const PageRange part{at, std::min(vma->range.end, range.end)};
    const VmaFlags flags = (vma->flags & ~all_locks) | locks;
    if (flags != vma->flags) {
      TRY(map.change_flags(part, flags));
      map.pages().relock(*map.vmas().find(part.begin), part);
    }
    at = part.end;
  }
  return {};
}

std::uint64_t locked_pages(const AddressMap& map, PageRange range) {
  std::uint64_t pages = 0;
  map.vmas().each_in(range, [&](const Vma& vma, PageRange part) {
    if (vma.has(locked)) pages += part.pages();
  });
  return pages;
}

bool is_beyond_limit(const AddressMap& map, PageRange range) {
  if (map.limits.may_lock) return false;
  const std::uint64_t more = range.pages() - locked_pages(map, range);
  return more + map.counters().locked > pages_of(map.limits.locked);
}

}  // namespace

Result<PageRange> mlock(AddressMap& map, VirtAddr at, std::uint64_t bytes, std::uint32_t flags) {
  if ((flags & ~mlock_onfault) != 0) return Errno::einval;
  if (!map.may_lock_at_all()) return Errno::eperm;
  const PageRange range = touched(at, bytes);
  if (is_beyond_limit(map, range)) return Errno::enomem;
  const bool is_on_fault = (flags & mlock_onfault) != 0;
  TRY(set_locks(map, range, is_on_fault ? all_locks : locked));
  return is_on_fault ? PageRange{range.begin, range.begin} : range;
}

Result<void> munlock(AddressMap& map, VirtAddr at, std::uint64_t bytes) {
  return set_locks(map, touched(at, bytes), 0);
}

}  // namespace signalbox
