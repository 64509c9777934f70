#pragma once

#include <span>
#include <string_view>

#include "kernel/mm/reclaim/reclaimer.hpp"

namespace signalbox {

// Every replacement policy, in alphabetical order. To add one: a file here, its name in the list in registry.cpp.
std::span<const ReclaimerRow* const> all_reclaimers();
// Null if there is none of that name.
const ReclaimerRow* find_reclaimer(std::string_view name);

}  // namespace signalbox
