#include "kernel/sched/policies/bsd44_load.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace signalbox::bsd44_load_test {

Instant second(std::int64_t n) { return Instant() + 1_s * n; }

// Pintos reference guide, B.6: its examples of 17.14 arithmetic.
TEST(Bsd44Load, FixedPointExamplesOfPintos) {
  EXPECT_EQ(Fixed::ratio(59, 60), Fixed::ratio(16'110, Fixed::one));
  EXPECT_EQ(Fixed::ratio(16'111, Fixed::one) * Fixed::ratio(16'111, Fixed::one), Fixed::ratio(15'842, Fixed::one));
  EXPECT_EQ(Fixed::of(64) * Fixed::of(64), Fixed::of(4096));
  EXPECT_EQ((Fixed::of(-7) / 2).truncated(), -3);
  EXPECT_EQ((Fixed::of(7) / 2).truncated(), 3);
  EXPECT_EQ((Fixed::of(-1) / 8).hundredths(), -13);
}

// B.2: PRI_MAX - recent_cpu / 4 - nice x 2, rounded down, within 0 .. 63.
TEST(Bsd44Load, PriorityOfPintos) {
  EXPECT_EQ(bsd44_priority(Fixed::of(0), 0), 63);
  EXPECT_EQ(bsd44_priority(Fixed::of(4), 0), 62);
  EXPECT_EQ(bsd44_priority(Fixed::of(5), 0), 61);
  EXPECT_EQ(bsd44_priority(Fixed::of(40), 5), 43);
  EXPECT_EQ(bsd44_priority(Fixed::of(0), -20), 63);
  EXPECT_EQ(bsd44_priority(Fixed::of(400), 20), 0);
}

// Whether a thread is looked at every second or once after many makes no difference, also across the long sleep in
// which the load falls to nothing.
RC_GTEST_PROP(Bsd44Load, LateIsAsGoodAsEverySecond, ()) {
  Bsd44Load load(10_ms);
  Bsd44State often;
  Bsd44State late;
  often.nice = late.nice = *rc::gen::inRange(-20, 21);
  const auto used = 1_ms * *rc::gen::inRange<std::int64_t>(0, 1000);
  load.charge(often, used, Instant() + used);
  load.charge(late, used, Instant() + used);
  std::int64_t now = 0;
  const auto stretches = *rc::gen::inRange(1, 6);
  for (int i = 0; i < stretches; ++i) {
    const auto ready = *rc::gen::elementOf(std::vector<std::int64_t>{0, 0, 1, 3, 100});
    for (auto left = *rc::gen::inRange(1, 400); left > 0; --left) {
      load.advance(second(++now), ready);
      load.catch_up(often);
    }
  }
  load.catch_up(late);
  RC_ASSERT(often.recent == late.recent && often.seconds == late.seconds);
}

// A stretch that crosses seconds is charged to each what belongs to it.
TEST(Bsd44Load, AStretchAcrossSecondsIsSplit) {
  Bsd44Load load(10_ms);
  Bsd44State whole;
  Bsd44State split;
  load.charge(split, 300_ms, second(0) + 1000_ms);
  load.advance(second(1), 2);
  load.charge(split, 1_s, second(2));
  load.advance(second(2), 2);
  load.charge(split, 500_ms, second(2) + 500_ms);
  load.charge(whole, 1800_ms, second(2) + 500_ms);
  EXPECT_EQ(load.recent_cpu(whole), load.recent_cpu(split));
  EXPECT_EQ(whole.seconds, 2);
}

}  // namespace signalbox::bsd44_load_test
