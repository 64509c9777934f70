#include "tools/metrics/switch_counts.hpp"

namespace signalbox {

void classify(SwitchCounts& counts) {
  counts.voluntary = 0;
  counts.involuntary = 0;
  for (unsigned index = 0; index < switch_reason_count; ++index) {
    const auto reason = static_cast<SwitchReason>(index);
    if (contains(voluntary_reasons, reason)) counts.voluntary += counts.by_reason[index];
    if (contains(involuntary_reasons, reason)) counts.involuntary += counts.by_reason[index];
  }
}

}  // namespace signalbox
