#pragma once

#include "kernel/base/time.hpp"
#include "kernel/calls/user_types.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {

// The CPU time that a process's threads have used until now, those that have ended included.
CpuTimes cpu_times(const Kernel& kernel, const Process& process);

TimeSpec to_time_spec(Duration time);
// Rounded down to microseconds, as the next one.
TimeVal to_time_val(Duration time);
ResourceUsage to_resource_usage(const CpuTimes& times, const MemoryUsage& memory);

}  // namespace signalbox
