#pragma once

#include <functional>

#include "kernel/wait/current.hpp"

namespace signalbox {

// A thread whose sleeps are what a test says: others act while it sleeps. It remembers what was raised in it.
class ScriptedCurrent final : public Current {
 public:
  WakeReason sleep_on(WaitQueue&, Instant deadline) override {
    ++sleeps;
    if (while_asleep) return while_asleep();
    if (deadline == Instant::max()) return WakeReason::interrupted;
    now_ = deadline;
    return WakeReason::timed_out;
  }
  void charge(Duration cost, Mode) override { now_ = now_ + cost; }
  Instant now() const override { return now_; }
  void raise(Signal signal) override { raised = signal; }

  std::function<WakeReason()> while_asleep;
  int sleeps = 0;
  Signal raised = {};

 private:
  Instant now_;
};

}  // namespace signalbox
