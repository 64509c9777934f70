#pragma once

#include <span>
#include <string_view>

#include "kernel/sched/balancer.hpp"

namespace signalbox {

// Every balancer, in alphabetical order. To add one: a file here, its name in the list in registry.cpp.
std::span<const BalancerRow* const> all_balancers();
// Null if there is none of that name.
const BalancerRow* find_balancer(std::string_view name);

}  // namespace signalbox
