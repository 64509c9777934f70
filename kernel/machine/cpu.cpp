#include "kernel/machine/cpu.hpp"

namespace signalbox {

Duration Cpu::stretched(Duration work) const {
  const std::int64_t scaled = work.nanoseconds() * CpuPlace::full_capacity;
  return Duration((scaled + capacity - 1) / capacity);
}

}  // namespace signalbox
