#pragma once

#include <cstdint>

namespace signalbox {

inline constexpr int min_nice = -20;
inline constexpr int max_nice = 19;
inline constexpr std::uint32_t nice_0_weight = 1024;
inline constexpr std::uint32_t idle_weight = 3;  // WEIGHT_IDLEPRIO, Linux kernel/sched/sched.h

// The share of CPU time that a nice value stands for: 88761 at -20, 1024 at 0, 15 at 19; a step is about 1.25 times
// (Linux kernel/sched/core.c, sched_prio_to_weight). Requires min_nice <= nice <= max_nice.
std::uint32_t nice_weight(int nice);

}  // namespace signalbox
