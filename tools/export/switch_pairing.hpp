#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sim/trace_event.hpp"

namespace signalbox {

// How a thread left its CPU.
enum class LeftState : std::uint8_t {
  ready,      // gave way by itself and still wants to run
  preempted,  // was taken off and still wants to run
  blocked,
  exited,
};

// One context switch as a real kernel traces it: `next` takes `cpu` from `prev`; thread 0 is idleness.
struct SwitchFact {
  Instant when;
  CpuId cpu;
  Tid prev;
  Tid next;
  LeftState left = LeftState::ready;            // of prev; ready for idleness
  SwitchReason reason = SwitchReason::stopped;  // of prev, if it is a thread
  WaitKind wait = WaitKind::time;               // of prev, if it is blocked
};

class SwitchVisitor {
 public:
  virtual void on_switch(const SwitchFact& fact) = 0;

 protected:
  ~SwitchVisitor() = default;
};

// Joins each run_end with the run_begin that follows it on that CPU into one switch, or, when nothing follows at that
// instant, into a switch to idleness. A thread that goes on at once after its slice or a yield did not switch.
// Switches come out in the order of time.
class SwitchPairing {
 public:
  explicit SwitchPairing(SwitchVisitor& visitor) : visitor_(visitor) {}

  // Give every event of the run, before acting on it otherwise.
  void feed(const TraceEvent& event);
  // The run is over: whoever still runs leaves its CPU.
  void finish(Instant end);

  // Who is on the CPU; 0 is nobody.
  Tid current(CpuId cpu) const { return at(cpu).thread; }

 private:
  struct Cpu {
    Tid thread;
    bool is_leaving = false;  // its run_end was seen, the switch is not out yet
    LeftState left = LeftState::ready;
    SwitchReason reason = SwitchReason::stopped;
    WaitKind wait = WaitKind::time;
  };

  bool concerns_elsewhere(const TraceEvent& event) const;
  void on_begin(const TraceEvent& event);
  void on_end(const TraceEvent& event);
  void flush();
  void flush(Tid thread);
  void go(CpuId cpu, Tid next, Instant when);

  std::size_t index_of(CpuId cpu) const {
    CHECK(cpu.value() < cpus_.size(), "machine_started said how many CPUs there are");
    return cpu.value();
  }
  const Cpu& at(CpuId cpu) const { return cpus_[index_of(cpu)]; }
  Cpu& at(CpuId cpu) { return cpus_[index_of(cpu)]; }

  SwitchVisitor& visitor_;
  std::vector<Cpu> cpus_;
  std::vector<CpuId> leaving_;  // all at leaving_since_
  Instant leaving_since_;
};

}  // namespace signalbox
