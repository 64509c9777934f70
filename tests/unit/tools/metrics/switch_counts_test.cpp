#include "tools/metrics/switch_counts.hpp"

#include <gtest/gtest.h>

namespace signalbox::switch_counts_test {

TEST(SwitchCounts, EveryReasonButTheEndOfTheRunIsEitherVoluntaryOrInvoluntary) {
  for (unsigned index = 0; index < switch_reason_count; ++index) {
    const auto reason = static_cast<SwitchReason>(index);
    const bool is_one = contains(voluntary_reasons, reason) != contains(involuntary_reasons, reason);
    EXPECT_EQ(is_one, reason != SwitchReason::stopped) << to_string(reason);
  }
}

TEST(SwitchCounts, ClassifyAddsUpByReason) {
  SwitchCounts counts;
  for (unsigned index = 0; index < switch_reason_count; ++index) counts.by_reason[index] = 1u << index;
  classify(counts);
  EXPECT_EQ(counts.involuntary, counts.of(SwitchReason::slice_expired) + counts.of(SwitchReason::preempted) +
                                    counts.of(SwitchReason::interrupted));
  EXPECT_EQ(counts.voluntary + counts.involuntary + counts.of(SwitchReason::stopped), (1u << switch_reason_count) - 1);
}

}  // namespace signalbox::switch_counts_test
