#pragma once

#include <cstdint>

#include "kernel/base/time.hpp"

namespace signalbox {

inline constexpr int min_nice = -20;
inline constexpr int max_nice = 19;
inline constexpr std::uint32_t nice_0_weight = 1024;
inline constexpr std::uint32_t idle_weight = 3;  // WEIGHT_IDLEPRIO, Linux kernel/sched/sched.h

// The share of CPU time that a nice value stands for: 88761 at -20, 1024 at 0, 15 at 19; a step is about 1.25 times
// (Linux kernel/sched/core.c, sched_prio_to_weight). Requires min_nice <= nice <= max_nice.
std::uint32_t nice_weight(int nice);

// 2^32 / weight, by which Linux divides; for the weights of nice values exactly the kernel's table, which rounds
// unevenly (kernel/sched/core.c, sched_prio_to_wmult), for others rounded down (fair.c, __update_inv_weight). Requires
// weight > 1.
std::uint32_t inverse_weight(std::uint32_t weight);

// time x weight / divisor, where `inverse` is inverse_weight(divisor): multiplied and shifted in 32 bits of precision,
// so that it loses what Linux loses (kernel/sched/fair.c, __calc_delta). Requires time >= 0.
Duration scaled_by_weight(Duration time, std::uint64_t weight, std::uint32_t inverse);

// The virtual time that `time` of CPU is for an entity of this weight: time x 1024 / weight (fair.c, calc_delta_fair).
inline Duration virtual_time(Duration time, std::uint32_t weight, std::uint32_t inverse) {
  return weight == nice_0_weight ? time : scaled_by_weight(time, nice_0_weight, inverse);
}
// A CPU time in which an entity of this weight surely spends `virtual_span` of virtual time; a little too long rather
// than too short, because virtual_time rounds down.
inline Duration cpu_time(Duration virtual_span, std::uint32_t weight) {
  if (weight == nice_0_weight) return virtual_span;
  return Duration(virtual_span.nanoseconds() / nice_0_weight * weight + weight + weight / nice_0_weight + 1);
}

}  // namespace signalbox
