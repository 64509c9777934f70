#include "kernel/base/time.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <cstdint>

namespace signalbox::time_test {

template <class A, class B>
concept Addable = requires(A a, B b) { a + b; };

TEST(Duration, LiteralsCountNanoseconds) {
  EXPECT_EQ((1_ns).nanoseconds(), 1);
  EXPECT_EQ((1_us).nanoseconds(), 1'000);
  EXPECT_EQ((1_ms).nanoseconds(), 1'000'000);
  EXPECT_EQ((1_s).nanoseconds(), 1'000'000'000);
}

TEST(Duration, ArithmeticIsThatOfIntegers) {
  EXPECT_EQ(3_ms + 500_us, 3500_us);
  EXPECT_EQ(1_ms - 3_ms, -2_ms);
  EXPECT_EQ(4_ms * 3, 12_ms);
  EXPECT_EQ(3 * 4_ms, 12_ms);
  EXPECT_EQ(10_ns / 3, 3_ns);
  EXPECT_EQ(10_ms / 3_ms, 3);
  EXPECT_EQ(10_ms % 3_ms, 1_ms);
  Duration total = 1_ms;
  total += 2_ms;
  total -= 1_us;
  EXPECT_EQ(total, 2999_us);
}

TEST(Duration, NegativeIsLessThanZero) {
  EXPECT_LT(-1_ns, Duration());
  EXPECT_GT(Duration::max(), 1_s * 1'000'000'000);
}

TEST(Duration, SecondsAreForPeople) { EXPECT_DOUBLE_EQ((1500_ms).seconds(), 1.5); }

TEST(Instant, MinusInstantIsADuration) {
  const Instant start(1'000);
  const Instant end = start + 5_us;
  EXPECT_EQ(end - start, 5_us);
  EXPECT_EQ(start - end, -5_us);
  EXPECT_EQ(end - 5_us, start);
  EXPECT_EQ(end.since_start(), 6_us);
}

TEST(Instant, AdvancesInPlace) {
  Instant at;
  at += 7_ns;
  EXPECT_EQ(at, Instant(7));
}

TEST(Instant, NeverPlusAnythingIsNever) {
  EXPECT_EQ(Instant::max() + 1_ns, Instant::max());
  EXPECT_EQ(Instant::max() + Duration::max(), Instant::max());
  EXPECT_EQ(Instant(1) + Duration::max(), Instant::max());
}

TEST(Instant, PlusInstantDoesNotCompile) {
  static_assert(Addable<Instant, Duration>);
  static_assert(!Addable<Instant, Instant>);
  static_assert(!Addable<Duration, std::int64_t>);
  static_assert(!std::convertible_to<std::int64_t, Duration>);
}

}  // namespace signalbox::time_test
