#include "kernel/sched/policies/bsd44_load.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <utility>

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

// Pintos, tests/threads/mlfqs-recent-1.c: one busy thread; after so many seconds, recent_cpu and load_avg in
// hundredths. Its check allows 2.5 and 0.05.
TEST(Bsd44Load, PintosRecentOfABusyThread) {
  struct Expected {
    std::int64_t second;
    double recent;
    double load;
  };
  constexpr std::array published{Expected{2, 6.40, 0.03},    Expected{4, 12.60, 0.07},    Expected{10, 30.08, 0.15},
                                 Expected{20, 55.73, 0.29},  Expected{30, 77.60, 0.40},   Expected{60, 125.46, 0.64},
                                 Expected{90, 154.75, 0.78}, Expected{120, 172.58, 0.87}, Expected{150, 183.41, 0.92},
                                 Expected{180, 189.97, 0.95}};
  Bsd44Load load(10_ms);
  Bsd44State state;
  std::int64_t now = 0;
  for (const Expected& expected : published) {
    for (; now < expected.second; ++now) {
      load.advance(second(now + 1), 1);
      load.charge(state, 1_s, second(now + 1));
    }
    EXPECT_NEAR(static_cast<double>(load.recent_cpu(state).hundredths()), expected.recent * 100, 250) << now;
    EXPECT_NEAR(static_cast<double>(load.average().hundredths()), expected.load * 100, 5) << now;
  }
}

// tests/threads/mlfqs-load-1.c: one busy thread raises the load above 0.5 in 38 to 45 seconds, and 10
// idle ones drop it below again. mlfqs-load-60.c: 60 threads busy for 60 seconds. Its check allows 3.5.
TEST(Bsd44Load, PintosLoads) {
  Bsd44Load one(10_ms);
  std::int64_t now = 0;
  while (one.average().hundredths() <= 50) one.advance(second(++now), 1);
  EXPECT_GE(now, 38);
  EXPECT_LE(now, 45);
  one.advance(second(now + 10), 0);
  EXPECT_LT(one.average().hundredths(), 50);

  constexpr std::array<std::pair<std::int64_t, double>, 9> published{{{0, 1.00},
                                                                      {2, 2.95},
                                                                      {10, 10.13},
                                                                      {20, 17.84},
                                                                      {40, 29.88},
                                                                      {58, 37.74},
                                                                      {60, 37.48},
                                                                      {100, 19.13},
                                                                      {178, 5.16}}};
  // What the main thread prints first, after its 0 seconds, has seen one busy second.
  Bsd44Load sixty(10_ms);
  now = 0;
  for (const auto& [when, expected] : published) {
    for (; now <= when; ++now) sixty.advance(second(now + 1), now < 60 ? 60 : 0);
    EXPECT_NEAR(static_cast<double>(sixty.average().hundredths()), expected * 100, 350) << when;
  }
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
