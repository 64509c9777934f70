#include "kernel/machine/memory_ticks.hpp"

#include "kernel/machine/tick.hpp"

namespace signalbox {

void MemoryTicks::arm() {
  is_armed_ = true;
  simulation_.schedule(next_tick(simulation_.now(), interval_), *this, 0);
}

void MemoryTicks::on_event(std::uint64_t) {
  is_armed_ = false;
  if (!cpus_.any_is_busy()) return;
  shortage_.tick();
  arm();
}

}  // namespace signalbox
