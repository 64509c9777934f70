#include "kernel/calls/cpu_clock.hpp"

namespace signalbox {

CpuTimes cpu_times(const Kernel& kernel, const Process& process) {
  CpuTimes sum = process.ended_threads;
  for (const Thread& thread : process.threads) {
    if (thread.state != ThreadState::exited) sum += kernel.cpu_times(thread);
  }
  return sum;
}

TimeSpec to_time_spec(Duration time) { return {time / 1_s, (time % 1_s).nanoseconds()}; }

TimeVal to_time_val(Duration time) { return {time / 1_s, (time % 1_s) / 1_us}; }

ResourceUsage to_resource_usage(const CpuTimes& times, const MemoryUsage& memory) {
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  return {.user = to_time_val(times.user),
          .kernel = to_time_val(times.kernel),
          .max_resident_kib = number(memory.peak_pages * page_bytes / 1024),
          .minor_faults = number(memory.minor_faults),
          .major_faults = number(memory.major_faults)};
}

}  // namespace signalbox
