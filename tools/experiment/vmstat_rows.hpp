#pragma once

#include <string>

#include "tools/experiment/machine_observer.hpp"
#include "tools/metrics/cpu_activity.hpp"

namespace signalbox {

// What `vmstat -n INTERVAL` would print in the machine: the first row is of the time since it started, each other of
// the interval before; the last one may be shorter, for a run ends when it ends. b counts who waits for a device. sy is
// all time of a CPU that is not its programs' own, switches and interrupts included. in counts ticks, timers that woke
// somebody, pages that a device has moved, and TLB shootdowns. Requires a machine with memory.
class VmstatRows final : public TraceSink, public MachineObserver {
 public:
  explicit VmstatRows(Duration interval) : interval_(interval), next_(Instant() + interval) {}

  // With the headings.
  const std::string& text() const { return text_; }

  // TraceSink.
  TraceKinds wanted() const override { return activity_.wanted(); }
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override { activity_.consume(batch, names); }

  // MachineObserver.
  Instant next_look() const override { return next_; }
  void look(Machine& machine) override;
  void end(Machine& machine) override;

 private:
  // Since the machine started.
  struct Totals {
    Instant at;
    CpuActivityCounts cpus;
    std::uint64_t swapped_in = 0;  // pages, as the next three
    std::uint64_t swapped_out = 0;
    std::uint64_t read = 0;
    std::uint64_t written = 0;
    std::uint64_t interrupts = 0;
  };

  Totals totals(Machine& machine);
  void add_row(Machine& machine);

  Duration interval_;
  Instant next_;
  CpuActivity activity_;
  Totals last_;
  std::string text_;
};

}  // namespace signalbox
