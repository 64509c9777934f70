#pragma once

#include <algorithm>

#include "kernel/base/time.hpp"
#include "kernel/sim/trace_event.hpp"
#include "tools/metrics/switch_counts.hpp"

namespace signalbox {

// What RunMetrics knows of one CPU.
class CpuRecord {
 public:
  // A thread was dispatched; switching to it costs `cost` before it runs.
  void begin(Instant now, Duration cost, bool goes_on) {
    begun_ = now;
    cost_ = cost;
    if (!goes_on) stretch_begun_ = now;
  }
  // The thread left.
  void end(Instant now, SwitchReason reason) {
    const Duration stayed = now - begun_;
    busy_ += stayed;
    switching_ += std::min(stayed, cost_);
    ended_ = now;
    last_reason_ = reason;
    has_ended_ = true;
  }

  void go_offline(Instant now) { offline_since_ = now; }
  void come_online(Instant now) {
    offline_ += offline_now(now);
    offline_since_ = Instant::max();
  }
  // Neither busy nor idle. What a thread still does there before it can be interrupted is busy.
  Duration offline(Instant now) const { return offline_ + offline_now(now); }

  // Whether a thread dispatched now as SwitchKind::resumed never really left.
  bool would_go_on(Instant now) const {
    return has_ended_ && ended_ == now && contains(still_ready_reasons, last_reason_);
  }
  SwitchReason last_reason() const { return last_reason_; }
  // How long one thread has had the CPU without a break, after `end`.
  Duration stretch() const { return ended_ - stretch_begun_; }

  Duration busy() const { return busy_; }
  Duration switching() const { return switching_; }

 private:
  Duration offline_now(Instant now) const {
    if (offline_since_ == Instant::max() || begun_ > ended_) return {};
    return now - std::max(offline_since_, ended_);
  }

  Instant begun_;
  Instant stretch_begun_;
  Instant ended_;
  Duration cost_;
  Duration busy_;  // from each dispatch to the end of its stretch
  Duration
      switching_;  // of that, the switches' own cost; a stretch cut short within its switch has no more than itself
  Duration offline_;
  Instant offline_since_ = Instant::max();  // max: it is online
  SwitchReason last_reason_ = SwitchReason::stopped;
  bool has_ended_ = false;
};

}  // namespace signalbox
