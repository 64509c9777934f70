#include "tools/export/time_bins.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <vector>

namespace signalbox::time_bins_test {

struct Time {
  std::int64_t total = 0;
  void merge(const Time& other) { total += other.total; }
};

void add(TimeBins<Time>& bins, std::int64_t begin, std::int64_t end) {
  bins.add(0, begin, end, [](Time& cell, std::int64_t length) { cell.total += length; });
}

TEST(TimeBins, AreExactUntilTimePassesThem) {
  TimeBins<Time> bins;
  bins.add_row();
  add(bins, 3, 5);
  EXPECT_EQ(bins.width(), 1);
  EXPECT_EQ(bins.sum(0, 3, 1).total, 1);
  EXPECT_EQ(bins.sum(0, 0, 10).total, 2);
  add(bins, 995, 1'001);
  EXPECT_EQ(bins.width(), 10);
  EXPECT_EQ(bins.sum(0, 0, 1).total, 2);
  EXPECT_EQ(bins.sum(0, 99, 1).total, 5);
  EXPECT_EQ(bins.sum(0, 100, 1).total, 1);
}

RC_GTEST_PROP(TimeBins, NoTimeIsLost, (const std::vector<std::uint32_t>& lengths)) {
  TimeBins<Time> bins;
  bins.add_row();
  std::int64_t now = 0;
  std::int64_t booked = 0;
  for (const std::uint32_t length : lengths) {
    add(bins, now, now + length);
    booked += length;
    now += 2 * std::int64_t{length};
  }
  RC_ASSERT(bins.sum(0, 0, TimeBins<Time>::bin_count).total == booked);
}

}  // namespace signalbox::time_bins_test
