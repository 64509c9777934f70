#pragma once

#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

inline constexpr unsigned few_ready = 100;
inline constexpr unsigned most_ready = 100'000;

// A policy by its defaults, alone, on one CPU where `ready` entities are ready beside the running one: host nanoseconds
// for one to be picked, accounted and blocked, and for one to wake and be enqueued. There are most_ready + 1 entities
// whatever `ready` is, the others wait: so each stretch meets one that the host's cache has forgotten, and what grows
// is what the policy does, not what an entity's first touch costs.
double policy_cost(const PolicyRow& row, unsigned ready);

}  // namespace signalbox
