// How an entity of Eevdf stops competing, or competes otherwise, but for falling asleep.
#include <algorithm>

#include "kernel/sched/policies/eevdf.hpp"

namespace signalbox {

void Eevdf::join(Entity& entity, Instant) {
  auto& state = entity.emplace_state<EevdfState>();
  take_weight(entity);
  state.lag = entity.fair_lag;
  state.node.deadline = entity.fair_deadline;
  state.is_deadline_relative = entity.fair_deadline != 0;
}

// Its lag is there again when it comes back from another class (core.c, rt_mutex_setprio, keeps sched_entity::vlag).
void Eevdf::leave(Entity& entity, Instant now) {
  detach(entity, now);
  const EevdfState& state = state_of(entity);
  entity.fair_lag = state.lag;
  entity.fair_deadline = state.is_deadline_relative ? state.node.deadline : 0;
}

// fair.c, throttle_cfs_rq: DEQUEUE_SPECIAL, and what was delayed is dequeued.
void Eevdf::throttled(CpuId, Entity& entity, Instant now) {
  if (state_of(entity).is_delayed) return cancel_delay(entity, now);
  const std::int64_t average = average_at(now, &entity);
  save_lag(entity, average);
  stop_competing(entity, average);
}

void Eevdf::dequeue(Entity& entity, Instant now) {
  const std::int64_t average = average_at(now);
  save_lag(entity, average);
  take_out(entity);
  EevdfState& state = state_of(entity);
  make_deadline_relative(state);
  state.is_competing = false;
  keep_average(average);
  note_dequeued();
}

// Its lag goes along.
void Eevdf::detach(Entity& entity, Instant now) {
  EevdfState& state = state_of(entity);
  if (state.is_delayed) return cancel_delay(entity, now);
  if (!state.is_competing) return;
  const std::int64_t average = average_at(now, &entity);
  save_lag(entity, average);
  stop_competing(entity, average);
  make_deadline_relative(state);
}

void Eevdf::attributes_changed(Entity& entity, Instant now) {
  EevdfState& state = state_of(entity);
  if (state.is_delayed) return cancel_delay(entity, now);
  if (state.is_competing && state.weight != entity.weight) {
    const std::int64_t average = average_at(now);
    save_lag(entity, average);
    stop_competing(entity, average);
    make_deadline_relative(state);
    place(entity, false, now);
    start_running(entity.cpu, entity, since(entity.cpu));
  }
  if (!state.is_queued) state.arrival = 0;  // whoever waits is compared with it
  GlobalQueuePolicy::attributes_changed(entity, now);
}

void Eevdf::woken_within(Entity& group) {
  EevdfState& state = state_of(group);
  if (state.is_queued && !state.is_delayed) state.arrival = ++last_order_;
}

void Eevdf::take_weight(Entity& entity) {
  EevdfState& state = state_of(entity);
  state.weight = entity.weight;
  state.inverse = inverse_weight(entity.weight);
  competition_.admit(state.weight);
}

void Eevdf::make_deadline_relative(EevdfState& state) {
  state.node.deadline -= state.node.vruntime;
  state.is_deadline_relative = true;
}

void Eevdf::take_out(Entity& entity) {
  EevdfState& state = state_of(entity);
  ready_.of(entity).remove(entity);
  competition_.stop_competing(state.node.vruntime, state.weight);
  state.is_queued = false;
}

// fair.c, requeue_delayed_entity: it has its place still, but for what would be a credit.
void Eevdf::wake_delayed(Entity& entity, Instant now) {
  EevdfState& state = state_of(entity);
  const bool has_paid = at_instant(competitors(), now, nullptr).reaches(state.node.vruntime + 1);
  if (has_paid || state.weight != entity.weight) {
    const std::int64_t lag = has_paid ? 0 : lag_of_delayed(entity, now);
    delayed_.remove(entity);
    end_delay(entity, lag);
    return place(entity, false, now);
  }
  delayed_.remove(entity);
  state.is_delayed = false;
}

void Eevdf::cancel_delay(Entity& entity, Instant now) {
  const std::int64_t lag = lag_of_delayed(entity, now);
  delayed_.remove(entity);
  end_delay(entity, lag);
}

std::int64_t Eevdf::lag_of_delayed(const Entity& entity, Instant now) const {
  const std::int64_t lag = average_at(now) - state_of(entity).node.vruntime;
  return std::clamp<std::int64_t>(lag, -lag_limit(entity), 0);
}

}  // namespace signalbox
