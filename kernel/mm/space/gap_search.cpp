#include "kernel/mm/space/gap_search.hpp"

#include <algorithm>

namespace signalbox {
namespace {

std::optional<VirtAddr> highest_gap(const VmaSet& vmas, const GapRequest& request) {
  // A stack above the window may reach into it with its guard.
  VirtAddr end = request.within.end;
  if (const Vma* const above = vmas.first_ending_above(end))
    end = std::min(end, begin_with_guard(*above, request.guard_bytes));
  for (const Vma* vma = vmas.last_beginning_below(request.within.end);;
       vma = vmas.last_beginning_below(vma->range.begin)) {
    const VirtAddr begin = std::max(request.within.begin, vma == nullptr ? VirtAddr() : vma->range.end);
    if (begin < end && end - begin >= request.bytes) return VirtAddr(end.value() - request.bytes);
    if (vma == nullptr || vma->range.begin <= request.within.begin) return std::nullopt;
    end = std::min(end, begin_with_guard(*vma, request.guard_bytes));
  }
}

std::optional<VirtAddr> lowest_gap(const VmaSet& vmas, const GapRequest& request) {
  VirtAddr begin = request.within.begin;
  for (;;) {
    const Vma* const vma = vmas.first_ending_above(begin);
    VirtAddr end = request.within.end;
    if (vma != nullptr) end = std::min(end, begin_with_guard(*vma, request.guard_bytes));
    if (begin < end && end - begin >= request.bytes) return begin;
    if (vma == nullptr || vma->range.end >= request.within.end) return std::nullopt;
    begin = vma->range.end;
  }
}

}  // namespace

VirtAddr begin_with_guard(const Vma& vma, std::uint64_t guard_bytes) {
  const VirtAddr begin = vma.range.begin;
  if (!vma.has(vma_flag::grows_down)) return begin;
  return VirtAddr(begin.value() - std::min(begin.value(), guard_bytes));
}

std::optional<VirtAddr> find_gap(const VmaSet& vmas, const GapRequest& request) {
  return request.order == GapRequest::Order::highest_first ? highest_gap(vmas, request) : lowest_gap(vmas, request);
}

}  // namespace signalbox
