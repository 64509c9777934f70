#pragma once

#include <cstdint>
#include <vector>

#include "kernel/sim/trace_event.hpp"
#include "kernel/sim/trace_sink.hpp"
#include "tools/export/switch_pairing.hpp"

namespace signalbox {

// What a thread does between its creation and its end.
enum class SliceState : std::uint8_t { absent, running, ready, blocked };

// A stretch of one thread in one state; `cpu` and `reason` (why it ended) are of a running one, `wait` of a blocked
// one.
struct ThreadSlice {
  Tid thread;
  SliceState state = SliceState::absent;
  Instant begin;
  Instant end;
  CpuId cpu;
  SwitchReason reason = SwitchReason::stopped;
  WaitKind wait = WaitKind::time;
};

class SliceVisitor {
 public:
  virtual void on_slice(const ThreadSlice& slice) = 0;

 protected:
  ~SliceVisitor() = default;
};

// Cuts a run into the slices that drawings show. Its running slices are the stretches between the switches of
// SwitchPairing, the same that ftrace text has. Slices of no length are left out.
class SliceBuilder final : private SwitchVisitor {
 public:
  explicit SliceBuilder(SliceVisitor& visitor) : visitor_(visitor), switches_(*this) {}

  static TraceKinds wanted();
  void feed(const TraceEvent& event);
  // Ends the slices that are open.
  void finish(Instant end);

 private:
  struct Open {
    Instant since;
    SliceState state = SliceState::absent;
    WaitKind wait = WaitKind::time;
  };

  void on_switch(const SwitchFact& fact) override;
  void on_blocked(const TraceEvent& event);
  void change(Tid thread, Open next, CpuId cpu = {}, SwitchReason reason = SwitchReason::stopped);
  Open& open(Tid thread);

  SliceVisitor& visitor_;
  SwitchPairing switches_;
  std::vector<Open> open_;  // by tid
};

}  // namespace signalbox
