#include <gtest/gtest.h>

#include "tests/support/periodic_tasks.hpp"

namespace signalbox::rate_monotonic_test {

TEST(RateMonotonic, TheShorterPeriodComesFirstWhateverTheDeadline) {
  EXPECT_EQ(PeriodicRun("rate_monotonic", {{2_ms, 10_ms, 3_ms}, {3_ms, 6_ms}}, 12_ms).driver().gantt(),
            "B3 A2 -1 B3 -1 A2");
}

}  // namespace signalbox::rate_monotonic_test
