#include "workloads/due_turn.hpp"

#include <gtest/gtest.h>

namespace signalbox::due_turn_test {

constexpr Instant at(Duration since_start) { return Instant() + since_start; }

TEST(DueTurn, WithoutADeadlineMissesNone) { EXPECT_EQ(DueTurn().missed_by(at(100_s)), 0U); }

TEST(DueTurn, IsMissedOnceItsDeadlineHasPassed) {
  DueTurn due;
  due.deadline = at(10_ms);
  EXPECT_EQ(due.missed_by(at(10_ms)), 0U) << "it may end now";
  EXPECT_EQ(due.missed_by(at(10_ms) + 1_ns), 1U);
  EXPECT_EQ(due.missed_by(at(100_ms)), 1U) << "a relative timer starts again when this one ends";
}

TEST(DueTurn, AnAbsoluteTimerGoesOnMissing) {
  DueTurn due;
  due.deadline = at(10_ms);
  due.period = 5_ms;
  EXPECT_EQ(due.missed_by(at(25_ms)), 3U) << "10, 15 and 20 ms";
  due.turns = 2;
  EXPECT_EQ(due.missed_by(at(25_ms)), 2U);
}

TEST(DueTurn, ATurnThatWasLateCountsUntilItsEndIsTold) {
  DueTurn due;
  due.pass_timer(-1_ms, at(20_ms));
  EXPECT_EQ(due.missed_by(at(15_ms)), 1U);
  EXPECT_EQ(due.missed_by(at(25_ms)), 2U);
}

TEST(DueTurn, TheLastTurnLeavesNoneDue) {
  DueTurn due;
  due.turns = 1;
  due.pass_timer(1_ms, at(20_ms));
  EXPECT_EQ(due.missed_by(at(25_ms)), 0U);
}

}  // namespace signalbox::due_turn_test
