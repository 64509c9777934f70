#pragma once

#include <cstdint>

#include "kernel/sim/simulation.hpp"
#include "kernel/task/process_table.hpp"
#include "kernel/task/thread.hpp"

namespace signalbox {

// Ends sleeps when their deadline comes. A timeout is never erased: one whose sleep has ended otherwise is stale, which
// its turn tells.
class Timers final : public EventHandler {
 public:
  Timers(Simulation& simulation, const ProcessTable& table, ThreadHost& host);

  // Wakes the thread with WakeReason::timed_out at `deadline`, unless its current sleep has ended before.
  void arm(Thread& thread, Instant deadline);

  void on_event(std::uint64_t payload) override;
  void prefetch(std::uint64_t payload, Lookahead lookahead) const override;

 private:
  Thread* find(std::uint64_t payload) const;

  Simulation& simulation_;
  const ProcessTable& table_;
  ThreadHost& host_;
  std::uint32_t next_turn_ = 0;
};

}  // namespace signalbox
