#pragma once

#include <array>
#include <cstdint>

#include "kernel/sim/trace_event.hpp"

namespace signalbox {

// A set of switch reasons, as a bit mask.
using SwitchReasons = std::uint32_t;
constexpr SwitchReasons bit(SwitchReason reason) { return SwitchReasons{1} << static_cast<unsigned>(reason); }
constexpr bool contains(SwitchReasons set, SwitchReason reason) { return (set & bit(reason)) != 0; }

// The thread itself asked: getrusage(2), ru_nvcsw, "voluntarily giving up the processor before its time slice was
// completed". Linux counts sched_yield(2) as involuntary in spite of that sentence; we follow the sentence.
inline constexpr SwitchReasons voluntary_reasons = bit(SwitchReason::blocked) | bit(SwitchReason::slept) |
                                                   bit(SwitchReason::memory_shortage) | bit(SwitchReason::yielded) |
                                                   bit(SwitchReason::exited);
inline constexpr SwitchReasons involuntary_reasons =
    bit(SwitchReason::slice_expired) | bit(SwitchReason::preempted) | bit(SwitchReason::interrupted);
// After these the thread still wants to run: it waits from the moment it left the CPU.
inline constexpr SwitchReasons still_ready_reasons = involuntary_reasons | bit(SwitchReason::yielded);

// Switches of a run. Departures (by_reason, voluntary, involuntary) count when a thread leaves its CPU to another
// thread or to idleness; a thread that goes on at once on the same CPU did not switch, as in Linux, where
// prev == next counts nothing. Dispatches (process, thread) count what was exchanged when a thread was put on a CPU.
struct SwitchCounts {
  std::uint64_t process = 0;
  std::uint64_t thread = 0;
  std::uint64_t voluntary = 0;
  std::uint64_t involuntary = 0;
  std::array<std::uint64_t, switch_reason_count> by_reason{};

  std::uint64_t of(SwitchReason reason) const { return by_reason[static_cast<unsigned>(reason)]; }
};

// Fills voluntary and involuntary from by_reason.
void classify(SwitchCounts& counts);

}  // namespace signalbox
