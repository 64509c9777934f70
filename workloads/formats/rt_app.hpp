#pragma once

#include <string>
#include <string_view>

#include "workloads/scenario.hpp"

namespace signalbox {

// Workload files of rt-app (github.com/scheduler-tools/rt-app, doc/tutorial.txt), as its users write them, with this
// project's extensions. README.md lists the grammar. Throws InputError.
Scenario parse_rt_app(std::string_view text, const std::string& file);

bool looks_like_rt_app(std::string_view text);

}  // namespace signalbox
