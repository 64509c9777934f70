#pragma once

#include <cstdint>

#include "kernel/sim/simulation.hpp"
#include "kernel/task/process_table.hpp"
#include "kernel/task/signalling.hpp"

namespace signalbox {

// The real-time interval timers of processes: alarm(2), and ITIMER_REAL of setitimer(2).
class Alarms final : public EventHandler {
 public:
  Alarms(Simulation& simulation, const ProcessTable& table, Signalling& signals)
      : simulation_(simulation), table_(table), signals_(signals) {}

  // See Kernel::set_alarm. Replaces what was set.
  void set(Process& process, Instant due, Duration interval);

  void on_event(std::uint64_t payload) override;

 private:
  Simulation& simulation_;
  const ProcessTable& table_;
  Signalling& signals_;
  std::uint32_t next_turn_ = 0;
};

}  // namespace signalbox
