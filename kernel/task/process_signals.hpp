#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "kernel/base/time.hpp"
#include "kernel/signal/disposition.hpp"
#include "kernel/signal/pending_signals.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

class Caller;

// A handler of a native program: runs on the stack of the thread that takes the signal.
using SignalHandler = std::function<void(Caller&, const SignalInfo&)>;

enum class JobState : std::uint8_t {
  runs,
  stops,    // its threads are on their way: each stops when it next would return to its program
  stopped,  // all of them have, and its parent was told
};

// setitimer(2) of ITIMER_REAL, and alarm(2).
struct IntervalTimer {
  Instant due = Instant::max();  // never
  Duration interval;             // 0: once
  std::uint32_t turn = 0;        // tells an event that was overtaken
};

// What a process has of signals. Dispositions that nobody has changed take no memory.
struct ProcessSignals {
  std::unique_ptr<Dispositions> dispositions;
  std::map<Signal, std::shared_ptr<const SignalHandler>> native_handlers;
  PendingSignals pending;  // for whichever thread takes them
  IntervalTimer alarm;

  JobState job = JobState::runs;
  Signal stopped_by = Signal::sigstop;
  std::uint32_t stopped_threads = 0;
  bool reports_stop = false;      // to wait4(2) with WUNTRACED
  bool reports_continue = false;  // to WCONTINUED
  WaitQueue continued{WaitLabel{WaitKind::stopped, NameId(), OnSignal::sleeps_on}};

  Disposition disposition(Signal signal) const { return dispositions ? dispositions->of(signal) : Disposition(); }
  bool ignores(Signal signal) const { return disposition(signal).ignores(signal); }
  Dispositions& own_dispositions() {
    if (dispositions == nullptr) dispositions = std::make_unique<Dispositions>();
    return *dispositions;
  }
};

}  // namespace signalbox
