#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/experiment/comparison.hpp"

namespace signalbox {

// Which scheduling classes of the scenario's tasks count for nothing under which of the policies; a line for the
// real-time classes, and one for SCHED_DEADLINE. A program's own calls are not known before it runs.
std::vector<std::string> class_notes(const Setting& setting, std::span<const PolicyChoice> policies);

}  // namespace signalbox
