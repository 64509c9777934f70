#pragma once

#include "kernel/sched/policy.hpp"

namespace signalbox {

// The relative deadline, or the period if that is all there is (Liu and Layland: due by the next release); 0: none.
inline Duration relative_deadline(const SchedAttributes& attributes) {
  return attributes.deadline > Duration() ? attributes.deadline : attributes.period;
}

// The job that an entity is in, for policies that go by absolute deadlines. A job is released when its entity wakes.
// One that wakes again before its period is over continues that job, so that waiting for a lock does not put its
// deadline off.
struct ReleasedJob {
  Instant release;
  Instant deadline = Instant::max();  // max: none
  bool is_waiting = true;             // its entity waits, or never ran

  // The deadline it has, or gets if it wakes now.
  Instant deadline_at(const Entity& entity, Instant now) const {
    return is_waiting && is_over(entity, now) ? due(entity, now) : deadline;
  }
  // Its entity is enqueued. Answers whether a new job begins.
  bool enqueued(const Entity& entity, EnqueueReason why, Instant now) {
    const bool begins = is_waiting && is_over(entity, now) && why != EnqueueReason::changed;
    is_waiting = false;
    if (begins) release = now;
    if (begins || why == EnqueueReason::changed) attributes_changed(entity);
    return begins;
  }
  void attributes_changed(const Entity& entity) { deadline = due(entity, release); }

 private:
  static Instant due(const Entity& entity, Instant release) {
    const Duration relative = relative_deadline(entity.attributes);
    return relative > Duration() ? release + relative : Instant::max();
  }
  bool is_over(const Entity& entity, Instant now) const {
    return deadline == Instant::max() || now >= release + entity.attributes.period;
  }
};

}  // namespace signalbox
