#pragma once

#include "kernel/base/time.hpp"

namespace signalbox {

// Keeps fair threads from starving behind real-time ones: Linux's deferred deadline server (kernel/sched/deadline.c,
// dl_server; since 6.12 in place of the limit on real-time time). A reservation of 50 ms of each second for all fair
// threads of a CPU, which puts itself off for as long as they get that much anyway, and serves them like one deadline
// thread from when they would miss it until they need it no more.
class FairServer {
 public:
  static constexpr Duration period = 1_s;  // deadline.c, dl_server_start
  static constexpr Duration runtime = 50_ms;

  // There are fair threads that could run; nothing happens if there were some before (dl_server_start).
  void start(Instant now);
  // There is none any more (dl_server_stop).
  void stop() { phase_ = Phase::stopped; }
  // Fair threads ran for so long until `now`, served or not (update_curr_dl_se).
  void ran(Duration length, Instant now);
  // The CPU had nothing to do, so that fair threads could have run (dl_server_update_idle_time).
  void idled(Duration length);

  // When wake() has something to do, if it was started and does not serve; else Instant::max().
  Instant due() const;
  // Serves if due() has come (dl_server_timer).
  void wake(Instant now);

  bool is_active() const { return phase_ != Phase::stopped; }
  bool is_serving() const { return phase_ == Phase::serving; }
  // While it serves: what is left of its runtime, and its place among deadline threads.
  Duration left() const { return left_; }
  Instant deadline() const { return deadline_; }

 private:
  enum class Phase : unsigned char {
    stopped,
    deferred,  // until the rest of its runtime is all that fits before the deadline
    serving,
    spent,  // until the deadline
  };

  // The wakeup rule of a constant bandwidth server (dl_entity_overflow).
  bool has_too_much(Instant now) const { return left_ * (period / runtime) > deadline_ - now; }
  void begin_period(Instant now);
  void replenish(Instant now);

  Phase phase_ = Phase::stopped;
  bool is_starving_ = false;  // it had to serve, and fair threads have not had their time without it since
  Duration left_ = runtime;   // until the deadline; may be overrun
  Instant deadline_;
};

}  // namespace signalbox
