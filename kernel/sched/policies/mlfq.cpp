#include <algorithm>
#include <array>

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/level_queues.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {
namespace {

constexpr std::int64_t most_queues = LevelQueues::most_levels;

struct MlfqState {
  Duration slice_used;
  Duration allotment_used;
  std::uint32_t level = 0;
  std::uint32_t boosts = 0;  // how many boosts it has taken part in
  bool is_slice_over = false;
};

struct MlfqRules {
  std::int64_t queues;
  Duration quantum;
  std::int64_t growth;
  std::int64_t allotment;
  Duration boost;  // 0: never
  bool io_bump;
  bool stay;
  bool preempts;
  bool demotes_alone;
};

// The multi-level feedback queue of Operating Systems: Three Easy Pieces (OSTEP), chapter 8: the highest queue first,
// round robin within it; who is new enters at the top; who has used its allotment at a level goes one down; every boost
// interval all go to the top. Options `io_bump` and `stay` are its simulator's -I and -S; `demote=contended` with
// `preempt=false` is Stallings' feedback scheduling (Operating Systems, chapter Uniprocessor Scheduling).
class Mlfq final : public GlobalQueuePolicy {
 public:
  Mlfq(SchedulerView& view, MlfqRules rules);

  void join(Entity& entity, Instant) override { entity.emplace_state<MlfqState>().boosts = boosts_; }
  void leave(Entity&, Instant) override {}
  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant) override;
  Entity* pick_next(CpuId cpu, Instant now) override;
  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override;
  void blocked(CpuId cpu, Entity& entity, Instant now) override;
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  Duration slice_of(const Entity& entity) const override { return quantum(level_of(entity)); }
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;
  const Entity* peek(CpuId cpu, std::size_t k) const override;

 private:
  const Entity* first_ready(CpuId cpu, Instant) const override { return peek(cpu, 0); }
  bool displaces(const Entity& ready, const Entity& running, Instant) const override {
    return rules_.preempts && level_of(ready) < level_of(running);
  }
  bool yields_before(const Entity& a, const Entity& b, Instant) const override { return level_of(a) > level_of(b); }

  // The level it is at, boosts it slept through included.
  std::uint32_t level_of(const Entity& entity) const {
    const auto& state = entity.state<MlfqState>();
    return state.boosts == boosts_ ? state.level : 0;
  }
  MlfqState& catch_up(Entity& entity) const;
  bool is_turn_over(const MlfqState& state) const {
    const bool is_allotment_over = rules_.demotes_alone && state.allotment_used >= allotment(state.level);
    return is_allotment_over || state.slice_used >= quantum(state.level);
  }
  void demote_if_due(MlfqState& state) const;
  void boost_if_due(Instant now);
  void put(Entity& entity, const MlfqState& state, bool at_front);
  Duration quantum(std::uint32_t level) const { return quanta_[level]; }
  Duration allotment(std::uint32_t level) const { return quanta_[level] * rules_.allotment; }

  MlfqRules rules_;
  LevelQueues queues_;  // 0 on top
  std::array<Duration, most_queues> quanta_{};
  std::uint32_t boosts_ = 0;
  Instant next_boost_ = Instant::max();
};

Mlfq::Mlfq(SchedulerView& view, MlfqRules rules)
    : GlobalQueuePolicy(view, rules.preempts ? OnReady::may_preempt : OnReady::waits),
      rules_(rules),
      queues_(view.affinities(), cpu_range(), static_cast<std::uint32_t>(rules.queues)) {
  constexpr Duration longest = 1000_s;
  Duration quantum = rules.quantum;
  for (std::uint32_t level = 0; level < queues_.levels(); ++level) {
    quanta_[level] = quantum;
    quantum = std::min(longest, quantum * rules.growth);
  }
  if (rules.boost > Duration()) next_boost_ = Instant() + rules.boost;
}

void Mlfq::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  boost_if_due(now);
  MlfqState& state = catch_up(entity);
  const bool keeps_turn = why == EnqueueReason::preempted && !state.is_slice_over && !is_turn_over(state);
  if (!keeps_turn) {
    state.slice_used = {};
    state.is_slice_over = false;
    // Who gives the CPU up just before its allotment ends does not stay up by that (rule 4 as revised by OSTEP).
    if (rules_.demotes_alone) demote_if_due(state);
  }
  put(entity, state, keeps_turn || (rules_.io_bump && why == EnqueueReason::woken));
  note_queued(cpu, entity, why, now);
}

void Mlfq::dequeue(Entity& entity, Instant) {
  // A boost moves all that stand below the top, so its level is where it stands.
  queues_.remove(entity, entity.state<MlfqState>().level);
  note_dequeued();
}

Entity* Mlfq::pick_next(CpuId cpu, Instant now) {
  boost_if_due(now);
  const std::uint32_t level = queues_.best_level(cpu);
  if (level == queues_.levels()) return note_picked(cpu, nullptr, now);
  Entity& first = queues_.pop_front(cpu, level);
  catch_up(first);
  return note_picked(cpu, &first, now);
}

void Mlfq::account(CpuId, Entity& entity, Duration ran, Instant now) {
  boost_if_due(now);
  MlfqState& state = catch_up(entity);
  state.slice_used += ran;
  state.allotment_used += ran;
}

void Mlfq::blocked(CpuId, Entity& entity, Instant) {
  if (rules_.stay) entity.state<MlfqState>().allotment_used = {};
}

Verdict Mlfq::decide(CpuId cpu, Entity& running, Instant now) {
  boost_if_due(now);
  MlfqState& state = catch_up(running);
  const std::uint32_t best = queues_.best_level(cpu);
  if (!is_turn_over(state)) {
    return rules_.preempts && best < state.level ? Verdict::preempt : Verdict::keep;
  }
  if (rules_.demotes_alone || best < queues_.levels()) demote_if_due(state);
  if (best <= state.level) {
    state.is_slice_over = true;
    return Verdict::preempt;
  }
  state.slice_used = {};
  return Verdict::keep;
}

Instant Mlfq::next_decision(CpuId, const Entity& running, Instant now) const {
  const auto& state = running.state<MlfqState>();
  const Duration slice = quantum(state.level) - state.slice_used;
  if (!rules_.demotes_alone) return std::min(now + slice, next_boost_);
  const Duration allotted = allotment(state.level) - state.allotment_used;
  return std::min(now + std::min(slice, allotted), next_boost_);
}

const Entity* Mlfq::peek(CpuId cpu, std::size_t k) const { return queues_.peek(cpu, queues_.best_level(cpu), k); }

MlfqState& Mlfq::catch_up(Entity& entity) const {
  auto& state = entity.state<MlfqState>();
  if (state.boosts != boosts_) {
    state = {.slice_used = {}, .allotment_used = {}, .level = 0, .boosts = boosts_, .is_slice_over = false};
  }
  return state;
}

void Mlfq::demote_if_due(MlfqState& state) const {
  if (state.allotment_used < allotment(state.level)) return;
  state.allotment_used = {};
  if (state.level + 1 < queues_.levels()) ++state.level;
}

// Late by at most one call: nothing is decided between two calls.
void Mlfq::boost_if_due(Instant now) {
  if (now < next_boost_) return;
  const Duration since = now - next_boost_;
  next_boost_ = now + (rules_.boost - since % rules_.boost);
  ++boosts_;
  // What the top holds stays where it is, and catches up when it is picked; the others follow, higher levels first. So
  // a boost costs what has sunk since the last one, not what is ready.
  for (std::uint32_t level = 1; level < queues_.levels(); ++level) {
    while (Entity* const entity = queues_.pop_front_of_all(level)) put(*entity, catch_up(*entity), false);
  }
}

void Mlfq::put(Entity& entity, const MlfqState& state, bool at_front) {
  if (at_front) {
    queues_.push_front(entity, state.level);
  } else {
    queues_.push_back(entity, state.level);
  }
}

MlfqRules rules_from(const OptionValues& options) {
  return {.queues = options.get<std::int64_t>("queues"),
          .quantum = options.get<Duration>("quantum"),
          .growth = options.get<std::int64_t>("growth"),
          .allotment = options.get<std::int64_t>("allotment"),
          .boost = options.get<Duration>("boost"),
          .io_bump = options.get<bool>("io_bump"),
          .stay = options.get<bool>("stay"),
          .preempts = options.get<bool>("preempt"),
          .demotes_alone = options.get<std::string>("demote") == "always"};
}

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  return std::make_unique<Mlfq>(view, rules_from(options));
}

}  // namespace

extern const PolicyRow mlfq_policy;
const PolicyRow mlfq_policy{
    .name = "mlfq",
    .summary = "multi-level feedback queue: who uses its allotment sinks, a boost lifts all",
    .source = "Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 8",
    .options = {number_option("queues", 3, 1, most_queues, "levels"),
                time_option("quantum", 10_ms, 1_us, 10_s, "time slice on the top level"),
                number_option("growth", 2, 1, 16, "how many times longer the slice is a level further down"),
                number_option("allotment", 1, 1, 1000, "slices on a level before sinking to the next"),
                time_or_off_option("boost", 1_s, 1_ms, 1000_s, "interval at which all go to the top"),
                flag_option("io_bump", false, "who wakes goes to the head of its level"),
                flag_option("stay", false, "waiting starts the allotment anew"),
                flag_option("preempt", true, "a higher level takes the CPU at once, not at the end of the slice"),
                word_option("demote", {"always", "contended"}, "whether one alone on its CPU sinks too")},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
};

}  // namespace signalbox
