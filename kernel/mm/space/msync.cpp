#include "kernel/mm/space/msync.hpp"

#include <algorithm>

#include "kernel/mm/space/mapping_flags.hpp"

namespace signalbox {
namespace {

using vma_flag::locked;
using vma_flag::shared;

SyncPlan plan(const AddressMap& map, PageRange range, std::uint32_t flags) {
  SyncPlan answer;
  for (VirtAddr at = range.begin; at < range.end;) {
    const Vma* const vma = map.vmas().first_ending_above(at);
    if (vma == nullptr || at < vma->range.begin) {
      answer.error = Errno::enomem;
      if (vma == nullptr || vma->range.begin >= range.end || flags == ms_async) return answer;
      at = vma->range.begin;
    }
    if ((flags & ms_invalidate) != 0 && vma->has(locked)) {
      answer.error = Errno::ebusy;
      return answer;
    }
    const VirtAddr end = std::min(vma->range.end, range.end);
    const std::uint64_t first = vma->page_offset_of(at) << page_shift;
    if ((flags & ms_sync) != 0 && vma->object != nullptr && vma->has(shared))
      answer.writes.push_back({.object = vma->object, .first = first, .last = first + (end - at) - 1});
    at = end;
  }
  return answer;
}

}  // namespace

SyncPlan msync(const AddressMap& map, VirtAddr at, std::uint64_t bytes, std::uint32_t flags) {
  const bool is_known = (flags & ~(ms_async | ms_invalidate | ms_sync)) == 0;
  const bool is_both = (flags & (ms_async | ms_sync)) == (ms_async | ms_sync);
  if (!is_known || !is_page_aligned(at) || is_both) return {.error = Errno::einval};
  const PageRange range{at, at + page_aligned(bytes)};
  if (range.end < at) return {.error = Errno::enomem};
  return plan(map, range, flags);
}

}  // namespace signalbox
