#pragma once

#include <algorithm>
#include <cstdint>

#include "kernel/base/check.hpp"
#include "kernel/base/prng.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sim/choice.hpp"
#include "kernel/sim/event_queue.hpp"
#include "kernel/sim/trace_log.hpp"

namespace signalbox {

// The clock, the pending events, the randomness and the trace that the machines of one simulation share. It runs on
// one host thread and owns no global state, so that simulations run side by side.
class Simulation {
 public:
  explicit Simulation(std::uint64_t seed, bool shuffle_ties = false);

  Instant now() const { return now_; }
  // Nothing happens before this instant but by whoever computes: it is the next event's, or just past the end of what
  // the current run_until() may do.
  Instant horizon() { return std::min(queue_.next_instant(), horizon_limit_); }

  // Tells `handler` at `when`, after everything that was scheduled for that instant before. Requires when >= now().
  void schedule(Instant when, EventHandler& handler, std::uint64_t payload) {
    CHECK(when >= now_, "an event lies in the future");
    // Shuffled ties: a random number above the running one, so that only events of one instant change places.
    constexpr unsigned running_bits = 40;
    const std::uint64_t tie = choice_.choose(ChoicePoint::event_order, std::uint64_t{1} << (64 - running_bits));
    queue_.push({when, (tie << running_bits) | next_order_++, &handler, payload});
  }

  // Moves the clock without an event: whoever computes alone runs ahead. Requires now() <= when <= horizon().
  void advance_to(Instant when) {
    CHECK(when >= now_, "time does not run backwards");
    now_ = when;
  }

  // Nobody runs ahead any more until the current run_until() has asked its `stop`.
  void end_running_ahead() { horizon_limit_ = now_; }

  // Fires events in order until `stop` says so, none is left, or none is due by `limit`. `after_event` runs after each,
  // inlined into the loop.
  template <class Stop, class AfterEvent>
  void run_until(Instant limit, Stop stop, AfterEvent after_event) {
    horizon_limit_ = limit + Duration(1);
    while (queue_.next_instant() <= limit && !queue_.empty() && !stop()) {
      step();
      after_event();
    }
    horizon_limit_ = Instant::max();
  }
  template <class Stop>
  void run_until(Instant limit, Stop stop) {
    run_until(limit, stop, [] {});
  }

  bool has_events() const { return !queue_.empty(); }

  const Prng& random() const { return random_; }
  TraceLog& trace() { return trace_; }

 private:
  // What fewer events than this touch stays in the host's caches by itself.
  static constexpr std::size_t prefetch_threshold = 1'024;

  void step() {
    if (queue_.size() >= prefetch_threshold) prefetch();
    const Event event = queue_.pop();
    now_ = event.when;
    event.handler->on_event(event.payload);
  }
  void prefetch() const;

  Instant now_;
  Instant horizon_limit_ = Instant::max();
  std::uint64_t next_order_ = 0;
  EventQueue queue_;
  Prng random_;
  Choice choice_;
  TraceLog trace_;
};

}  // namespace signalbox
