#pragma once

#include "kernel/base/time.hpp"
#include "kernel/machine/memory_ticks.hpp"
#include "kernel/sim/simulation.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

// Wakes a thread of the kernel that looks at what programs do, from time to time: but where none has run since, it
// waits until one does. So it keeps no run alive in which nobody can run any more.
class BusyTimer final : public EventHandler {
 public:
  // All references outlive this.
  BusyTimer(Simulation& simulation, const MemoryTicks::Cpus& cpus, WaitQueue& queue)
      : simulation_(simulation), cpus_(cpus), queue_(queue) {}

  // Wakes who sleeps on the queue at that time. Requires that the last start has been answered.
  void start(Instant due);
  // A thread of a program begins on a CPU.
  void busy() {
    has_run_ = true;
    if (is_held_) [[unlikely]]
      release();
  }

  void on_event(std::uint64_t payload) override;

 private:
  void release();

  Simulation& simulation_;
  const MemoryTicks::Cpus& cpus_;
  WaitQueue& queue_;
  bool has_run_ = false;  // since the start
  bool is_held_ = false;  // the time has come, and nobody has run
};

}  // namespace signalbox
