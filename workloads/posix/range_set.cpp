#include "workloads/posix/range_set.hpp"

#include <algorithm>

namespace signalbox {

void RangeSet::add(PageRange range) {
  const auto first = std::ranges::lower_bound(ranges_, range.begin, {}, &PageRange::end);
  auto last = first;
  while (last != ranges_.end() && last->begin <= range.end) {
    range.begin = std::min(range.begin, last->begin);
    range.end = std::max(range.end, last->end);
    ++last;
  }
  ranges_.insert(ranges_.erase(first, last), range);
}

std::vector<PageRange> RangeSet::common_with(PageRange range) const {
  std::vector<PageRange> parts;
  auto at = std::ranges::upper_bound(ranges_, range.begin, {}, &PageRange::end);
  for (; at != ranges_.end() && at->begin < range.end; ++at) {
    parts.push_back({std::max(range.begin, at->begin), std::min(range.end, at->end)});
  }
  return parts;
}

std::vector<PageRange> RangeSet::missing_of(PageRange range) const {
  std::vector<PageRange> parts;
  VirtAddr from = range.begin;
  for (const PageRange& held : common_with(range)) {
    if (from < held.begin) parts.push_back({from, held.begin});
    from = held.end;
  }
  if (from < range.end) parts.push_back({from, range.end});
  return parts;
}

}  // namespace signalbox
