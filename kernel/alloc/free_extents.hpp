#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "kernel/alloc/extent.hpp"
#include "kernel/alloc/pairing_heap.hpp"

namespace signalbox::alloc {

// The free extents of an arena in one state: by page class, the oldest mapping first, and in the order in which they
// came.
class FreeExtents {
 public:
  std::uint64_t pages() const { return pages_; }
  std::uint64_t count() const { return count_; }
  // The one that has been here longest; the next ones by Extent::newer.
  ExtentId longest_here() const { return oldest_; }

  template <class Records>
  void insert(Records& records, ExtentId id) {
    auto& extent = records.extent(id);
    const unsigned index = page_class_below(extent.pages());
    heaps_[index].insert(records, id);
    non_empty_[index / 64] |= std::uint64_t{1} << (index % 64);
    extent.older = newest_;
    extent.newer = ExtentId();
    (is_none(newest_) ? oldest_ : records.extent(newest_).newer) = id;
    newest_ = id;
    pages_ += extent.pages();
    ++count_;
  }

  template <class Records>
  void remove(Records& records, ExtentId id) {
    auto& extent = records.extent(id);
    const unsigned index = page_class_below(extent.pages());
    heaps_[index].remove(records, id);
    if (heaps_[index].is_empty()) non_empty_[index / 64] &= ~(std::uint64_t{1} << (index % 64));
    (is_none(extent.older) ? oldest_ : records.extent(extent.older).newer) = extent.newer;
    (is_none(extent.newer) ? newest_ : records.extent(extent.newer).older) = extent.older;
    extent.older = extent.newer = ExtentId();
    pages_ -= extent.pages();
    --count_;
  }

  // Of the extents of a class that surely holds `pages`, none of them larger than `most`, the oldest; none if there is
  // none.
  template <class Records>
  ExtentId oldest_fit(Records& records, std::uint64_t pages, std::uint64_t most) const {
    ExtentId best;
    const unsigned first = page_class_above(pages);
    for (unsigned word = first / 64; word < non_empty_.size(); ++word) {
      std::uint64_t bits = non_empty_[word];
      if (word == first / 64) bits &= ~std::uint64_t{0} << (first % 64);
      for (; bits != 0; bits &= bits - 1) {
        const unsigned index = 64 * word + static_cast<unsigned>(std::countr_zero(bits));
        if (page_class_pages(index) > most) return best;
        const ExtentId id = heaps_[index].first();
        if (is_none(best) || is_before(records.extent(id), records.extent(best))) best = id;
      }
    }
    return best;
  }

  // The oldest one of a class that may hold `pages` at a multiple of `alignment`, if it does: of each class up to those
  // that surely do, one is looked at (jemalloc's extents_fit_alignment). Without it, a block that is freed and asked
  // for again would never be found.
  template <class Records>
  ExtentId aligned_fit(Records& records, std::uint64_t pages, std::uint64_t alignment) const {
    const unsigned end = page_class_above(pages + alignment / page_size - 1);
    for (unsigned index = page_class_above(pages); index < end; ++index) {
      const ExtentId id = heaps_[index].first();
      if (is_none(id)) continue;
      const auto& extent = records.extent(id);
      const std::uint64_t front = (alignment - extent.begin.value() % alignment) % alignment;
      if (front + pages * page_size <= extent.bytes) return id;
    }
    return {};
  }

 private:
  std::array<PairingHeap, page_class_count> heaps_;
  std::array<std::uint64_t, (page_class_count + 63) / 64> non_empty_{};
  ExtentId oldest_;
  ExtentId newest_;
  std::uint64_t pages_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace signalbox::alloc
