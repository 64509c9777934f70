#include <algorithm>
#include <limits>

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {
namespace {

// Virtual time that advances `scale / tickets` a nanosecond. The division's remainder is kept, so that no rounding
// error adds up.
class PassClock {
 public:
  std::int64_t value() const { return value_; }
  void set(std::int64_t value) { value_ = value; }
  static std::int64_t span(Duration ran, std::uint64_t tickets) {
    PassClock clock;
    clock.advance(ran, tickets);
    return clock.value();
  }
  void advance(Duration ran, std::uint64_t tickets) {
    // A remainder of another divisor would be worth something else.
    if (tickets != divisor_) rest_ = 0;
    divisor_ = tickets;
    __extension__ using Wide = unsigned __int128;
    const Wide span = Wide{static_cast<std::uint64_t>(ran.nanoseconds())} * scale + rest_;
    value_ += static_cast<std::int64_t>(span / tickets);
    rest_ = static_cast<std::uint64_t>(span % tickets);
  }

 private:
  static constexpr std::uint64_t scale = 1024;

  std::int64_t value_ = 0;
  std::uint64_t rest_ = 0;
  std::uint64_t divisor_ = 0;
};

struct StrideState {
  QueuePlace place;
  PassClock pass;
  Duration used;              // of its quantum
  std::int64_t remain = 0;    // while it does not compete: its pass less the global pass
  std::uint64_t tickets = 0;  // it competes with, or competed with when remain was taken
  bool is_competing = false;
};

// The lowest pass runs for a quantum and its pass advances by its stride, which is inverse to its tickets; shares are
// exact to within a quantum (Waldspurger and Weihl, Stride Scheduling: Deterministic Proportional-Share Resource
// Management, MIT/LCS/TM-528, 1995). The global pass advances as one client with all tickets would; who waits keeps its
// distance from it. Who is new begins at the global pass, as in Operating Systems: Three Easy Pieces (OSTEP),
// chapter 9.
//
// With several CPUs one entity may hold more tickets than a CPU's share; its pass falls behind for ever and would drag
// the global pass along, so that newcomers start far behind everybody else. There the global pass is the least of those
// that can have their share, and nobody is further from it than a quantum of its own: neither for time it could not use
// nor for time that nobody else wanted.
class Stride final : public GlobalQueuePolicy {
 public:
  Stride(SchedulerView& view, Duration quantum)
      : GlobalQueuePolicy(view, OnReady::waits), ready_(view.affinities(), cpu_range()), quantum_(quantum) {}

  void join(Entity& entity, Instant) override { entity.emplace_state<StrideState>(); }
  void leave(Entity& entity, Instant now) override { retire(entity, now); }

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& state = entity.state<StrideState>();
    if (!state.is_competing) {
      compete(entity, now);
    } else if (cpu_count() > 1) {
      find_global(now);
      const std::int64_t most = global_.value() + PassClock::span(quantum_, state.tickets);
      if (state.pass.value() > most) state.pass.set(most);
    }
    const bool keeps_turn = why == EnqueueReason::preempted && state.used < quantum_;
    if (keeps_turn) {
      ready_.insert_before_equals(entity, state.pass.value());
    } else {
      state.used = {};
      ready_.insert_behind_equals(entity, state.pass.value());
    }
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant now) override {
    ready_.remove(entity);
    retire(entity, now);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override { return note_picked(cpu, ready_.pop_front(cpu), now); }

  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override {
    auto& state = entity.state<StrideState>();
    state.used += ran;
    state.pass.advance(ran, state.tickets);
    if (cpu_count() == 1) global_.advance(ran, all_tickets_);
    note_accounted(cpu, now);
  }
  void blocked(CpuId, Entity& entity, Instant now) override { retire(entity, now); }

  Verdict decide(CpuId cpu, Entity& running, Instant) override {
    auto& state = running.state<StrideState>();
    if (state.used < quantum_) return Verdict::keep;
    const Entity* const first = ready_.front(cpu);
    if (first != nullptr && first->state<StrideState>().place.key <= state.pass.value()) return Verdict::preempt;
    state.used = {};
    return Verdict::keep;
  }
  Duration slice_of(const Entity&) const override { return quantum_; }
  Instant next_decision(CpuId, const Entity& running, Instant now) const override {
    return now + (quantum_ - running.state<StrideState>().used);
  }
  void attributes_changed(Entity& entity, Instant now) override {
    if (entity.state<StrideState>().is_competing) {
      retire(entity, now);
      compete(entity, now);
    }
    GlobalQueuePolicy::attributes_changed(entity, now);
  }
  void detach(Entity& entity, Instant now) override { retire(entity, now); }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return ready_.peek(cpu, k); }

 private:
  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }

  void compete(Entity& entity, Instant now) {
    auto& state = entity.state<StrideState>();
    // The distance is worth as many quanta with other tickets (section 3.2 of the report).
    if (state.tickets != 0 && state.tickets != entity.weight) {
      state.remain = state.remain * static_cast<std::int64_t>(state.tickets) / std::int64_t{entity.weight};
    }
    state.tickets = entity.weight;
    state.is_competing = true;
    if (cpu_count() == 1) {
      state.pass.set(global_at(now) + state.remain);
      all_tickets_ += state.tickets;
    } else {
      all_tickets_ += state.tickets;
      find_global(now);
      state.pass.set(global_.value() + state.remain);
    }
  }
  void retire(Entity& entity, Instant now) {
    auto& state = entity.state<StrideState>();
    if (!state.is_competing) return;
    state.remain = state.pass.value() - global_at(now);
    if (cpu_count() > 1) {
      const std::int64_t most = PassClock::span(quantum_, state.tickets);
      state.remain = std::clamp(state.remain, -most, most);
    }
    all_tickets_ -= state.tickets;
    state.is_competing = false;
  }
  // With what the running one has not been accounted yet.
  std::int64_t global_at(Instant now) const {
    PassClock clock = global_;
    if (cpu_count() == 1 && all_tickets_ != 0) {
      for_each_running(now, [&](const Entity&, Duration ran) { clock.advance(ran, all_tickets_); });
    }
    return clock.value();
  }
  // On several CPUs.
  void find_global(Instant now) {
    constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
    const Entity* const first = ready_.first_of_all();
    std::int64_t least = first == nullptr ? none : first->state<StrideState>().place.key;
    for_each_running(now, [&](const Entity& running, Duration ran) {
      const auto& state = running.state<StrideState>();
      if (state.tickets * cpu_count() > all_tickets_) return;
      least = std::min(least, state.pass.value() + PassClock::span(ran, state.tickets));
    });
    if (least != none) global_.set(least);
  }

  SharedTree<StrideState> ready_;
  Duration quantum_;
  PassClock global_;
  std::uint64_t all_tickets_ = 0;  // of all that are ready or run
};

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  return std::make_unique<Stride>(view, options.get<Duration>("quantum"));
}

}  // namespace

extern const PolicyRow stride_policy;
const PolicyRow stride_policy{
    .name = "stride",
    .summary = "the lowest pass runs a quantum; deterministic shares by weight",
    .source = "Waldspurger and Weihl, Stride Scheduling, MIT/LCS/TM-528, 1995",
    .options = {quantum_option(10_ms)},
    .is_work_conserving = true,
    .respects_weight = true,
    .make = make,
};

}  // namespace signalbox
