#pragma once

#include <cstdint>

#include "kernel/base/time.hpp"
#include "kernel/mm/shortage/shortage.hpp"
#include "kernel/sim/simulation.hpp"

namespace signalbox {

// Tells memory of the timer's ticks, for replacement policies that age pages by them. It ticks while a CPU is busy, as
// a kernel that stops the tick of idle CPUs (CONFIG_NO_HZ_IDLE), and not at all for policies that do not look: so it
// keeps no run alive, and changes none that has no use for it.
class MemoryTicks final : public EventHandler {
 public:
  // Who knows whether somebody runs.
  class Cpus {
   public:
    virtual bool any_is_busy() const = 0;

   protected:
    ~Cpus() = default;
  };

  // At the multiples of `interval` from the start of the simulation. All references outlive this.
  MemoryTicks(Simulation& simulation, Shortage& shortage, const Cpus& cpus, Duration interval)
      : simulation_(simulation), shortage_(shortage), cpus_(cpus), interval_(interval) {}

  // A thread begins on a CPU.
  void busy() {
    if (!is_armed_ && shortage_.uses_ticks()) arm();
  }

  void on_event(std::uint64_t payload) override;

 private:
  void arm();

  Simulation& simulation_;
  Shortage& shortage_;
  const Cpus& cpus_;
  Duration interval_;
  bool is_armed_ = false;
};

}  // namespace signalbox
