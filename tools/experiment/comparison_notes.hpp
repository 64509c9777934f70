#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/experiment/comparison.hpp"

namespace signalbox {

// What a reader must know before believing the table of a setting: what its number of seeds can support, and who
// starved threads. A sentence each. `runs` are those of one setting, by policy, then seed.
std::vector<std::string> comparison_notes(const std::vector<std::string>& policies, std::span<const ComparedRun> runs);

}  // namespace signalbox
