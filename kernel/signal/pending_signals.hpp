#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "kernel/objects/kernel_object.hpp"
#include "kernel/signal/signal_info.hpp"
#include "kernel/signal/signal_quota.hpp"
#include "kernel/signal/signal_set.hpp"

namespace signalbox {

// Signals that wait to be taken: those of a thread, or those that a process's threads share. A standard signal waits
// once, with what came with the first; real-time signals queue (signal(7)).
class PendingSignals {
 public:
  SignalSet set() const { return set_; }
  // Whether a new one would change nothing: it is a standard signal that waits already (legacy_queue).
  bool absorbs(Signal signal) const { return !is_realtime_signal(signal) && set_.has(signal); }

  // Requires that it is not absorbed.
  void add(const SignalInfo& info, QueueSlot slot);
  // There was no place for what came with it: it is as if nobody had sent it.
  void add_bare(Signal signal) { set_.add(signal); }
  // The next one of `among`: who came by an instruction first, then the lowest number, then the oldest (next_signal).
  std::optional<SignalInfo> take(SignalSet among);
  void discard(SignalSet which);

 private:
  struct Entry {
    SignalInfo info;
    QueueSlot slot;
  };

  std::vector<Entry, ObjectAllocator<Entry, ObjectClass::sigqueue>> entries_;  // in order of arrival
  SignalSet set_;
};

}  // namespace signalbox
