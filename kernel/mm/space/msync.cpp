#include "kernel/mm/space/msync.hpp"

#include <algorithm>

#include "kernel/mm/space/mapping_flags.hpp"

namespace signalbox {
namespace {

using vma_flag::locked;
using vma_flag::shared;

}  // namespace

Result<PageRange> sync_range(VirtAddr at, std::uint64_t bytes, std::uint32_t flags) {
  const bool is_known = (flags & ~(ms_async | ms_invalidate | ms_sync)) == 0;
  const bool is_both = (flags & (ms_async | ms_sync)) == (ms_async | ms_sync);
  if (!is_known || !is_page_aligned(at) || is_both) return Errno::einval;
  const PageRange range{at, at + page_aligned(bytes)};
  if (range.end < at) return Errno::enomem;
  return range;
}

SyncStep sync_step(const AddressMap& map, PageRange left, std::uint32_t flags) {
  SyncStep step{.next = left.end};
  for (VirtAddr at = left.begin; at < left.end;) {
    const Vma* const vma = map.vmas().first_ending_above(at);
    if (vma == nullptr || at < vma->range.begin) {
      step.error = Errno::enomem;
      if (vma == nullptr || vma->range.begin >= left.end || flags == ms_async) return step;
      at = vma->range.begin;
    }
    if ((flags & ms_invalidate) != 0 && vma->has(locked)) {
      step.error = Errno::ebusy;
      return step;
    }
    const VirtAddr end = std::min(vma->range.end, left.end);
    if ((flags & ms_sync) != 0 && vma->object != nullptr && vma->has(shared)) {
      const std::uint64_t first = vma->page_offset_of(at) << page_shift;
      step.write = {.object = vma->object, .first = first, .last = first + (end - at) - 1};
      step.next = end;
      return step;
    }
    at = end;
  }
  return step;
}

}  // namespace signalbox
