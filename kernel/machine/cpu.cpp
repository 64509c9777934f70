#include "kernel/machine/cpu.hpp"

#include "kernel/sched/topology.hpp"

namespace signalbox {

Duration Cpu::time_for(Duration work) const {
  if (capacity == CpuPlace::full_capacity) return work;
  const std::int64_t scaled = work.nanoseconds() * CpuPlace::full_capacity;
  return Duration((scaled + capacity - 1) / capacity);
}

Duration Cpu::work_in(Duration elapsed) const {
  if (capacity == CpuPlace::full_capacity) return elapsed;
  return elapsed * capacity / CpuPlace::full_capacity;
}

}  // namespace signalbox
