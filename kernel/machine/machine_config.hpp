#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/alloc/process/process_heap.hpp"
#include "kernel/base/time.hpp"
#include "kernel/machine/memory_hardware.hpp"
#include "kernel/sched/topology.hpp"
#include "kernel/sim/cost_model.hpp"

namespace signalbox {

// Whether a thread that spends time in the kernel gives its CPU up at once or at its return to user mode
// (CONFIG_PREEMPT against CONFIG_PREEMPT_NONE).
enum class KernelPreemption : std::uint8_t { none, full };

// A CPU that is offline for a while, as after `echo 0 > /sys/devices/system/cpu/cpuN/online`.
struct CpuOutage {
  CpuId cpu;
  Instant from;
  Instant until = Instant::max();  // max: it does not come back

  bool operator==(const CpuOutage&) const = default;
};

// An emulated machine. The default is the textbook's: one CPU, no prices, exact slices.
struct MachineConfig {
  std::string name = "textbook";
  Topology topology = Topology::uniform(1);
  CostModel costs;
  // Zero: a policy's decisions happen exactly when it wants them. Else they wait for the next tick, as in a real
  // kernel without high-resolution scheduling ticks.
  Duration tick;
  KernelPreemption kernel_preemption = KernelPreemption::none;
  // How much later than asked a fair thread's timer may end its sleep, so that timers share interrupts (prctl(2),
  // PR_SET_TIMERSLACK). They do not share any here, so it always does. Real-time threads have no slack.
  Duration timer_slack;
  // So many system calls at one instant that no program means them: the run ends (RunEnd::watchdog).
  std::uint64_t watchdog_calls = 20'000'000;
  // A CPU is in one of them at a time, and some CPU in none.
  std::vector<CpuOutage> outages = {};
  // None: programs have no emulated memory, and nothing of it is modelled.
  std::optional<MemoryHardware> memory = {};
  // Of the C library's malloc in its programs.
  alloc::ProcessHeapOptions heap = {};
};

}  // namespace signalbox
