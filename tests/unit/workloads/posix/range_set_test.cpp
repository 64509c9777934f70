#include "workloads/posix/range_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signalbox::range_set_test {

using testing::ElementsAre;
using testing::IsEmpty;

PageRange range(std::uint64_t begin, std::uint64_t end) { return {VirtAddr(begin << 12U), VirtAddr(end << 12U)}; }

TEST(RangeSet, RangesThatTouchOrOverlapAreOne) {
  RangeSet set;
  set.add(range(1, 3));
  set.add(range(5, 7));
  EXPECT_THAT(set.common_with(range(0, 9)), ElementsAre(range(1, 3), range(5, 7)));
  set.add(range(3, 5));
  EXPECT_THAT(set.common_with(range(0, 9)), ElementsAre(range(1, 7)));
  set.add(range(0, 9));
  EXPECT_THAT(set.common_with(range(2, 4)), ElementsAre(range(2, 4)));
}

TEST(RangeSet, WhatIsNotInItIsMissing) {
  RangeSet set;
  EXPECT_THAT(set.missing_of(range(0, 2)), ElementsAre(range(0, 2)));
  set.add(range(2, 4));
  set.add(range(6, 8));
  EXPECT_THAT(set.missing_of(range(1, 9)), ElementsAre(range(1, 2), range(4, 6), range(8, 9)));
  EXPECT_THAT(set.missing_of(range(2, 4)), IsEmpty());
  EXPECT_THAT(set.common_with(range(4, 6)), IsEmpty());
}

}  // namespace signalbox::range_set_test
