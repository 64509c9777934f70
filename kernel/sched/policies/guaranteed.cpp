#include <memory>

#include "kernel/sched/by_affinity.hpp"
#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/fair_share.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/ratio_tree.hpp"

namespace signalbox {
namespace {

struct GuaranteedState {
  Instant created;
  Duration used;        // since then
  Duration of_quantum;  // used of it
};

// Guaranteed scheduling: of n, everybody is promised 1/n of the CPU since it was created; whoever has had the least of
// what it was promised runs, and is compared again when its quantum ends (Tanenbaum, Modern Operating Systems,
// Guaranteed Scheduling). Who has waited long is owed much: until it has caught up, it runs.
class Guaranteed final : public GlobalQueuePolicy {
 public:
  Guaranteed(SchedulerView& view, Duration quantum)
      : GlobalQueuePolicy(view, OnReady::waits), ready_(view.affinities(), cpu_range()), quantum_(quantum) {}

  void join(Entity& entity, Instant now) override { entity.emplace_state<GuaranteedState>().created = now; }
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    // Of who is woken, no more is touched than its first cache line: it has slept with its quantum whole.
    if (why != EnqueueReason::woken) {
      Duration& of_quantum = entity.state<GuaranteedState>().of_quantum;
      if (why != EnqueueReason::preempted || of_quantum >= quantum_) of_quantum = {};
    }
    ready_.of(entity).add(entity, ratio(entity), now);
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant now) override {
    ready_.of(entity).remove(entity, now);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override {
    Entity* const best = first(cpu, now);
    if (best != nullptr) ready_.of(*best).remove(*best, now);
    return note_picked(cpu, best, now);
  }

  void account(CpuId, Entity& entity, Duration ran, Instant) override {
    auto& state = entity.state<GuaranteedState>();
    state.used += ran;
    state.of_quantum += ran;
  }
  void blocked(CpuId, Entity& entity, Instant) override { entity.state<GuaranteedState>().of_quantum = {}; }

  Verdict decide(CpuId cpu, Entity& running, Instant now) override {
    auto& state = running.state<GuaranteedState>();
    if (state.of_quantum < quantum_) return Verdict::keep;
    const Entity* const best = first(cpu, now);
    if (best != nullptr && !comes_before(ratio(running), ratio(*best), now)) return Verdict::preempt;
    state.of_quantum = {};
    return Verdict::keep;
  }
  Duration slice_of(const Entity&) const override { return quantum_; }
  Instant next_decision(CpuId, const Entity& running, Instant now) const override {
    return now + (quantum_ - running.state<GuaranteedState>().of_quantum);
  }

 private:
  using Tree = RatioTree<Entity>;

  // Time since creation by time had: the higher, the further from what was promised. With n threads the time promised
  // is the time since creation / n, and n is the same for all.
  static RisingRatio ratio(const Entity& entity) {
    const auto& state = entity.state<GuaranteedState>();
    return {.origin = state.created, .divisor = state.used, .order = static_cast<std::uint64_t>(entity.id.value())};
  }

  const Entity* first_ready(CpuId cpu, Instant now) const override { return first(cpu, now); }
  // Null if nobody is ready for `cpu`.
  Entity* first(CpuId cpu, Instant now) const {
    Tree* const best = ready_.best(
        cpu, [now](Tree& a, Tree& b) { return comes_before(a.ratio(a.front(now)), b.ratio(b.front(now)), now); });
    return best == nullptr ? nullptr : &best->front(now);
  }

  ByAffinity<Tree> ready_;
  Duration quantum_;
};

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  const auto quantum = options.get<Duration>("quantum");
  if (options.get<std::string>("by") == "process") return make_fair_share(view, quantum);
  return std::make_unique<Guaranteed>(view, quantum);
}

}  // namespace

extern const PolicyRow guaranteed_policy;
const PolicyRow guaranteed_policy{
    .name = "guaranteed",
    .summary = "fair share: who has had least of its 1/n of the CPU since it was created runs a quantum",
    .source = "Tanenbaum, Modern Operating Systems, Guaranteed Scheduling and Fair-Share Scheduling",
    .options = {word_option("by", {"thread", "process"}, "who is promised the same: threads, or processes"),
                quantum_option(10_ms)},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
};

}  // namespace signalbox
