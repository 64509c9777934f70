#include <algorithm>

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/bsd44_load.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_levels.hpp"

namespace signalbox {
namespace {

constexpr int idle_nice = 20;  // the most that Pintos and 4.4BSD know
constexpr std::int64_t ticks_to_priority = 4;

Bsd44State& state_of(Entity& entity) { return entity.state<Bsd44State>(); }
const Bsd44State& state_of(const Entity& entity) { return entity.state<Bsd44State>(); }

int nice_of(const Entity& entity) {
  return entity.attributes.sched_class == SchedClass::idle ? idle_nice : entity.attributes.nice;
}

// The scheduler of 4.4BSD by the formulas that Pintos teaches: 64 queues; recent_cpu grows by one a tick run, and
// decays every second the faster the lower the load; every fourth tick it becomes the priority of who runs, every
// second that of all. Who sleeps is brought up to date when it wakes. Equals take turns. Knows nice, and no class but
// idle, which is nice 20.
//
// A tick here is a unit of time: what is counted in ticks is counted exactly, with or without a machine that ticks.
// Who stops between two fourth ticks is given its priority at once, not at the next.
class Bsd44 final : public GlobalQueuePolicy {
 public:
  Bsd44(SchedulerView& view, Duration tick, Duration quantum)
      : GlobalQueuePolicy(view, OnReady::may_preempt),
        ready_(view.affinities(), cpu_range()),
        load_(tick),
        interval_(tick * ticks_to_priority),
        quantum_(quantum) {}

  void join(Entity& entity, Instant now) override {
    advance(now);
    auto& state = entity.emplace_state<Bsd44State>();
    state.seconds = load_.seconds();
    state.nice = nice_of(entity);
    state.priority = bsd44_priority(Fixed(), state.nice);
  }
  void leave(Entity& entity, Instant now) override { stop_competing(state_of(entity), now); }

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant now) override {
    advance(now);
    ready_.remove(entity, level_of(state_of(entity)));
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override;
  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override {
    advance(now);
    Bsd44State& state = state_of(entity);
    load_.charge(state, ran, now);
    if (now >= state.computes) {
      compute_priority(state);
      state.computes = next_interval(now);
    }
    note_accounted(cpu, now);
  }
  void blocked(CpuId, Entity& entity, Instant now) override { stop_competing(state_of(entity), now); }
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  Duration slice_of(const Entity&) const override { return quantum_; }
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;
  void attributes_changed(Entity& entity, Instant now) override;
  const Entity* peek(CpuId cpu, std::size_t k) const override { return k == 0 ? first(cpu) : nullptr; }

 private:
  using Ready = SharedLevels<bsd44_priorities>;

  static unsigned level_of(const Bsd44State& state) {
    return static_cast<unsigned>(bsd44_priorities - 1 - state.priority);
  }
  const Entity* first(CpuId cpu) const {
    const unsigned level = ready_.best_level(cpu);
    return level == Ready::none ? nullptr : &ready_.front(cpu, level);
  }
  const Entity* first_ready(CpuId cpu, Instant) const override { return first(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant) const override {
    return priority_of(ready) > state_of(running).priority;
  }
  bool yields_before(const Entity& a, const Entity& b, Instant) const override {
    return state_of(a).priority < state_of(b).priority;
  }

  // Also of one that is about to wake.
  int priority_of(const Entity& entity) const {
    Bsd44State state = state_of(entity);
    if (state.is_competing) return state.priority;
    load_.catch_up(state);
    return bsd44_priority(load_.recent_cpu(state), state.nice);
  }
  Instant next_interval(Instant now) const { return Instant() + interval_ * (now.since_start() / interval_ + 1); }
  void compute_priority(Bsd44State& state) const {
    state.priority = bsd44_priority(load_.recent_cpu(state), state.nice);
  }
  void stop_competing(Bsd44State& state, Instant now) {
    advance(now);
    if (state.is_competing) --competing_;
    state.is_competing = false;
  }
  void advance(Instant now);
  void compute_all();

  Ready ready_;
  Bsd44Load load_;
  Duration interval_;
  Duration quantum_;
  std::int64_t competing_ = 0;     // ready or running: ready_threads
  std::vector<Entity*> resorted_;  // kept for its memory
};

void Bsd44::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  advance(now);
  Bsd44State& state = state_of(entity);
  load_.catch_up(state);
  state.nice = nice_of(entity);
  if (!state.is_competing) {
    state.is_competing = true;
    ++competing_;
  }
  compute_priority(state);
  ready_.push_back(entity, level_of(state));
  note_queued(cpu, entity, why, now);
}

Entity* Bsd44::pick_next(CpuId cpu, Instant now) {
  advance(now);
  const unsigned level = ready_.best_level(cpu);
  if (level == Ready::none) return note_picked(cpu, nullptr, now);
  Entity& next = ready_.pop_front(cpu, level);
  state_of(next).turn = {};
  state_of(next).computes = next_interval(now);
  return note_picked(cpu, &next, now);
}

Verdict Bsd44::decide(CpuId cpu, Entity& running, Instant now) {
  advance(now);
  Bsd44State& state = state_of(running);
  const unsigned best = ready_.best_level(cpu);
  const bool is_turn_over = state.turn >= quantum_;
  if (best < level_of(state) || (is_turn_over && best == level_of(state))) return Verdict::preempt;
  if (is_turn_over) state.turn = {};
  return Verdict::keep;
}

Instant Bsd44::next_decision(CpuId, const Entity& running, Instant now) const {
  const Bsd44State& state = state_of(running);
  return std::min(now + (quantum_ - state.turn), state.computes);
}

void Bsd44::attributes_changed(Entity& entity, Instant now) {
  advance(now);
  Bsd44State& state = state_of(entity);
  load_.catch_up(state);
  state.nice = nice_of(entity);
  compute_priority(state);
  GlobalQueuePolicy::attributes_changed(entity, now);
}

void Bsd44::advance(Instant now) {
  const std::int64_t before = load_.seconds();
  load_.advance(now, competing_);
  if (load_.seconds() != before && !ready_.empty()) compute_all();
}

// All who wait, the better first, at the ends of their new queues.
void Bsd44::compute_all() {
  resorted_.clear();
  for (unsigned level = 0; level < bsd44_priorities; ++level) {
    while (Entity* const entity = ready_.pop_front_of_all(level)) resorted_.push_back(entity);
  }
  for (Entity* const entity : resorted_) {
    Bsd44State& state = state_of(*entity);
    load_.catch_up(state);
    compute_priority(state);
    ready_.push_back(*entity, level_of(state));
  }
}

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  return std::make_unique<Bsd44>(view, options.get<Duration>("tick"), options.get<Duration>("quantum"));
}

}  // namespace

extern const PolicyRow bsd44_policy;
const PolicyRow bsd44_policy{
    .name = "bsd44",
    .summary = "4.4BSD: priority from nice and the CPU time used lately, which the load lets decay",
    .source =
        "McKusick et al., The Design and Implementation of the 4.4BSD Operating System, chapter 4; "
        "formulas of the Pintos reference guide, appendix B",
    .options = {time_option("tick", 10_ms, 100_us, 1_s, "unit of recent_cpu; every fourth makes a priority"),
                time_option("quantum", 40_ms, 100_us, 10_s, "turn of equals: 4 ticks in Pintos, 100ms in 4.4BSD")},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
};

}  // namespace signalbox
