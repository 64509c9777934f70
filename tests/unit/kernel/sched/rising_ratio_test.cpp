#include "kernel/sched/rising_ratio.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace signalbox::rising_ratio_test {

constexpr RisingRatio ratio(std::int64_t origin, std::int64_t divisor, std::uint64_t order = 0) {
  return {.origin = Instant(origin), .divisor = Duration(divisor), .order = order};
}

TEST(RisingRatio, HigherComesFirst) {
  EXPECT_TRUE(comes_before(ratio(0, 2), ratio(0, 3), Instant(6)));
  EXPECT_FALSE(comes_before(ratio(0, 3), ratio(0, 2), Instant(6)));
}

TEST(RisingRatio, EqualsGoByOrder) {
  EXPECT_TRUE(comes_before(ratio(0, 2, 1), ratio(3, 1, 2), Instant(6)));
  EXPECT_FALSE(comes_before(ratio(3, 1, 2), ratio(0, 2, 1), Instant(6)));
}

TEST(RisingRatio, UnboundedComesFirstAndTheOlderOfTwo) {
  EXPECT_TRUE(comes_before(ratio(9, 0), ratio(0, 1), Instant(9)));
  EXPECT_FALSE(comes_before(ratio(0, 1), ratio(9, 0), Instant(9)));
  EXPECT_TRUE(comes_before(ratio(3, 0, 2), ratio(4, 0, 1), Instant(9)));
  EXPECT_EQ(overtakes_at(ratio(4, 0, 1), ratio(3, 0, 2), Instant(9)), Instant::max());
}

// The extremes of what an Instant and a Duration hold: products of 126 bits.
TEST(RisingRatio, IsExactForTheLongestTimes) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_TRUE(comes_before(ratio(0, most - 1), ratio(1, most - 1), Instant(most)));
  EXPECT_TRUE(comes_before(ratio(0, most - 1), ratio(0, most), Instant(most)));
  EXPECT_EQ(overtakes_at(ratio(0, most - 1, 1), ratio(0, most, 0), Instant(0)), Instant(1));
  EXPECT_EQ(overtakes_at(ratio(most - 1, most - 1), ratio(0, most), Instant(most - 1)), Instant::max());
}

RC_GTEST_PROP(RisingRatio, OvertakesAtTheFirstInstantAtWhichItComesBefore, ()) {
  const auto some = [](std::uint64_t order) {
    return ratio(*rc::gen::inRange(0, 50), *rc::gen::inRange(0, 50), order);
  };
  const RisingRatio a = some(1);
  const RisingRatio b = some(2);
  const Instant now(*rc::gen::inRange(50, 200));
  const bool a_leads = comes_before(a, b, now);
  RC_ASSERT(a_leads != comes_before(b, a, now));
  const RisingRatio& ahead = a_leads ? a : b;
  const RisingRatio& behind = a_leads ? b : a;
  const Instant at = overtakes_at(behind, ahead, now);
  RC_ASSERT(at > now);
  const Instant last = at == Instant::max() ? now + Duration(10'000) : at;
  for (Instant t = now; t < last; t += 1_ns) RC_ASSERT(comes_before(ahead, behind, t));
  if (at != Instant::max()) RC_ASSERT(comes_before(behind, ahead, at));
}

}  // namespace signalbox::rising_ratio_test
