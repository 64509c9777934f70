#include <gtest/gtest.h>

#include "tests/support/periodic_tasks.hpp"

namespace signalbox::deadline_monotonic_test {

TEST(DeadlineMonotonic, TheShorterDeadlineComesFirstWhateverThePeriod) {
  EXPECT_EQ(PeriodicRun("deadline_monotonic", {{2_ms, 10_ms, 3_ms}, {3_ms, 6_ms}}, 10_ms).driver().gantt(),
            "A2 B3 -1 B3");
}

}  // namespace signalbox::deadline_monotonic_test
