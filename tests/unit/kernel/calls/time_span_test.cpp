#include "kernel/calls/time_span.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace signalbox::time_span_test {

TEST(TimeSpan, IsOfWholeSecondsAndAFraction) {
  EXPECT_EQ(to_duration(TimeSpec{2, 5}).value(), 2_s + Duration(5));
  EXPECT_EQ(to_duration(TimeVal{2, 5}).value(), 2_s + 5_us);
  EXPECT_EQ(to_duration(TimeSpec{std::numeric_limits<std::int64_t>::max(), 0}).value(), Duration::max());
}

TEST(TimeSpan, OfNoTimeIsRefused) {
  EXPECT_EQ(to_duration(TimeSpec{-1, 0}).error(), Errno::einval);
  EXPECT_EQ(to_duration(TimeSpec{0, 1'000'000'000}).error(), Errno::einval);
  EXPECT_EQ(to_duration(TimeVal{0, 1'000'000}).error(), Errno::einval);
  EXPECT_EQ(to_duration(TimeVal{0, -1}).error(), Errno::einval);
}

}  // namespace signalbox::time_span_test
