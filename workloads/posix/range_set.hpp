#pragma once

#include <vector>

#include "kernel/mm/space/vma.hpp"

namespace signalbox {

// Addresses as ranges that neither overlap nor touch, in ascending order.
class RangeSet {
 public:
  void add(PageRange range);
  void clear() { ranges_.clear(); }
  bool empty() const { return ranges_.empty(); }
  // The parts of `range` that are in the set, and those that are not.
  std::vector<PageRange> common_with(PageRange range) const;
  std::vector<PageRange> missing_of(PageRange range) const;

 private:
  std::vector<PageRange> ranges_;
};

}  // namespace signalbox
