#pragma once

#include <string>
#include <vector>

#include "tools/experiment/ranking.hpp"

namespace signalbox {

// Which policy won in the metric, and what measured counts say why, in a sentence: the longest run (convoy), the
// longest wait (starvation), preemptions, switches, time lost to switching, each beside the same count of the policy
// that did worst. Empty if the metric tells no policy from the best. `runs` and the names are as in rank().
std::string verdict(const MetricRanking& ranking, std::span<const ComparedRun> runs,
                    const std::vector<std::string>& policies);

}  // namespace signalbox
