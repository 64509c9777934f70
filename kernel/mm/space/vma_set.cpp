#include "kernel/mm/space/vma_set.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

// The pages of `vma` in `range`, as a VMA of their own.
Vma cut(const Vma& vma, PageRange range) {
  Vma piece = vma;
  piece.range = range;
  piece.page_offset = vma.page_offset_of(range.begin);
  return piece;
}

}  // namespace

const Vma* VmaSet::first_ending_above(VirtAddr at) const {
  auto vma = by_begin_.upper_bound(at);
  if (vma != by_begin_.begin() && std::prev(vma)->second.range.end > at) --vma;
  return vma == by_begin_.end() ? nullptr : &vma->second;
}

const Vma* VmaSet::find(VirtAddr at) const {
  const Vma* const vma = first_ending_above(at);
  return vma != nullptr && vma->range.begin <= at ? vma : nullptr;
}

const Vma* VmaSet::last_beginning_below(VirtAddr at) const {
  const auto vma = by_begin_.lower_bound(at);
  return vma == by_begin_.begin() ? nullptr : &std::prev(vma)->second;
}

bool VmaSet::overlaps(PageRange range) const {
  const Vma* const vma = first_ending_above(range.begin);
  return vma != nullptr && vma->range.begin < range.end;
}

const Vma& VmaSet::insert(Vma vma) {
  const VirtAddr begin = insert_apart(std::move(vma)).range.begin;
  return merge_around(by_begin_.find(begin))->second;
}

const Vma& VmaSet::insert_apart(Vma vma) {
  CHECK(vma.range.begin < vma.range.end && !overlaps(vma.range), "a VMA has pages, and they are its own");
  const VirtAddr begin = vma.range.begin;
  return by_begin_.emplace(begin, std::move(vma)).first->second;
}

Result<void> VmaSet::change_flags(PageRange part, VmaFlags flags) {
  auto vma = first_above(part.begin);
  CHECK(vma != by_begin_.end() && vma->second.range.begin <= part.begin && part.end <= vma->second.range.end,
        "only the pages of one VMA change at once");
  if (vma->second.flags == flags) return {};
  Vma changed = cut(vma->second, part);
  changed.flags = flags;
  // What merges at once needs no room for another VMA.
  const bool merges = would_merge(vma, changed);
  if (part.begin != vma->second.range.begin) {
    if (!merges && !can_split()) return Errno::enomem;
    vma = split(vma, part.begin);
  }
  if (part.end != vma->second.range.end) {
    if (!merges && !can_split()) return Errno::enomem;
    split(vma, part.end);
  }
  vma->second.flags = flags;
  merge_around(vma);
  return {};
}

Result<std::vector<Vma>> VmaSet::remove(PageRange range) {
  std::vector<Vma> removed;
  if (range.begin == range.end) return removed;
  auto vma = first_above(range.begin);
  if (vma == by_begin_.end() || vma->second.range.begin >= range.end) return removed;
  if (vma->second.range.begin < range.begin) {
    if (vma->second.range.end > range.end && !can_split()) return Errno::enomem;
    vma = split(vma, range.begin);
  }
  while (vma != by_begin_.end() && vma->second.range.begin < range.end) {
    if (vma->second.range.end > range.end) split(vma, range.end);
    removed.push_back(std::move(vma->second));
    vma = by_begin_.erase(vma);
  }
  return removed;
}

void VmaSet::extend(VirtAddr begin, std::uint64_t bytes) {
  const auto vma = by_begin_.find(begin);
  CHECK(vma != by_begin_.end(), "a VMA begins there");
  PageRange& range = vma->second.range;
  CHECK(!overlaps({range.end, range.end + bytes}), "it grows into free pages");
  range.end += bytes;
  merge_with_next(vma);
}

void VmaSet::forget_family(VirtAddr begin) {
  const auto vma = by_begin_.find(begin);
  CHECK(vma != by_begin_.end(), "a VMA begins there");
  vma->second.anon_family = 0;
}

void VmaSet::set_family(VirtAddr begin, std::uint32_t family) {
  const auto vma = by_begin_.find(begin);
  CHECK(vma != by_begin_.end() && vma->second.anon_family == 0, "a VMA has one family for ever");
  vma->second.anon_family = family;
}

void VmaSet::grow_down(VirtAddr begin, VirtAddr to) {
  auto node = by_begin_.extract(begin);
  CHECK(!node.empty() && to < begin && !overlaps({to, begin}), "a stack grows into free pages");
  node.key() = to;
  node.mapped().range.begin = to;
  node.mapped().page_offset -= pages_of(begin - to);
  by_begin_.insert(std::move(node));
}

VmaSet::Map::iterator VmaSet::first_above(VirtAddr at) {
  auto vma = by_begin_.upper_bound(at);
  if (vma != by_begin_.begin() && std::prev(vma)->second.range.end > at) --vma;
  return vma;
}

VmaSet::Map::iterator VmaSet::split(Map::iterator vma, VirtAddr at) {
  Vma& low = vma->second;
  Vma high = cut(low, {at, low.range.end});
  low.range.end = at;
  return by_begin_.emplace_hint(std::next(vma), at, std::move(high));
}

bool VmaSet::merge_with_next(Map::iterator low) {
  const auto high = std::next(low);
  if (high == by_begin_.end() || !can_merge(low->second, high->second)) return false;
  low->second.range.end = high->second.range.end;
  low->second.anon_family = std::max(low->second.anon_family, high->second.anon_family);
  by_begin_.erase(high);
  return true;
}

// Below first: of two neighbours of different families, which cannot all be one, Linux too takes the lower.
VmaSet::Map::iterator VmaSet::merge_around(Map::iterator vma) {
  if (vma != by_begin_.begin()) {
    const auto below = std::prev(vma);
    if (merge_with_next(below)) vma = below;
  }
  merge_with_next(vma);
  return vma;
}

bool VmaSet::would_merge(Map::iterator vma, const Vma& changed) const {
  if (vma != by_begin_.begin() && can_merge(std::prev(vma)->second, changed)) return true;
  const auto above = std::next(vma);
  return above != by_begin_.end() && can_merge(changed, above->second);
}

}  // namespace signalbox
