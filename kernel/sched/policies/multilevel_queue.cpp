#include <algorithm>
#include <vector>

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/level_queues.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {
namespace {

constexpr std::int64_t most_queues = 16;

struct LevelState {
  Duration used;            // of its quantum
  std::uint32_t level = 0;  // its queue
};

struct LevelRule {
  Duration quantum;   // 0: first come, first served
  Duration turn_end;  // in a cycle, if the queues take turns
};

// Several queues, each with its own discipline; who belongs where follows from attributes and never from behaviour
// (Silberschatz, Operating System Concepts, Multilevel Queue Scheduling). Queue 0, the foreground, has the real-time
// threads and those of nice 0 or less; nice 1, 2 and so on have a queue each; the last one, the background, has all
// nicer ones, SCHED_BATCH and SCHED_IDLE. So a table's number of the queue is its `priority`.
//
// Between queues either priority decides: a queue runs only while all before it are empty, and gives way at once. Or
// they take turns in a cycle: one whose turn it is comes first, and the others, in their order, have what it leaves.
class MultilevelQueue final : public GlobalQueuePolicy {
 public:
  // `cycle`: 0 if priority decides.
  MultilevelQueue(SchedulerView& view, std::vector<LevelRule> rules, Duration cycle)
      : GlobalQueuePolicy(view, OnReady::may_preempt),
        rules_(std::move(rules)),
        cycle_(cycle),
        ready_(view.affinities(), cpu_range(), levels()) {}

  void join(Entity& entity, Instant) override { entity.emplace_state<LevelState>(); }
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& state = entity.state<LevelState>();
    state.level = level_of(entity);
    if (why == EnqueueReason::preempted && !is_quantum_over(state)) {
      ready_.push_front(entity, state.level);
    } else {
      state.used = {};
      ready_.push_back(entity, state.level);
    }
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity, entity.state<LevelState>().level);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override {
    const std::uint32_t level = best_level(cpu, now);
    return note_picked(cpu, level == levels() ? nullptr : &ready_.pop_front(cpu, level), now);
  }

  void account(CpuId, Entity& entity, Duration ran, Instant) override { entity.state<LevelState>().used += ran; }
  void blocked(CpuId, Entity&, Instant) override {}

  Verdict decide(CpuId cpu, Entity& running, Instant now) override {
    auto& state = running.state<LevelState>();
    const std::uint32_t best = best_level(cpu, now);
    if (best != levels() && rank(best, now) < rank(state.level, now)) return Verdict::preempt;
    if (!is_quantum_over(state)) return Verdict::keep;
    if (best == state.level) return Verdict::preempt;
    state.used = {};
    return Verdict::keep;
  }
  Duration slice_of(const Entity& entity) const override { return rules_[level_of(entity)].quantum; }
  Instant next_decision(CpuId, const Entity& running, Instant now) const override {
    const auto& state = running.state<LevelState>();
    const Duration quantum = rules_[state.level].quantum;
    const Instant slice_end = quantum > Duration() ? now + (quantum - state.used) : Instant::max();
    return std::min(slice_end, turn_end(now));
  }
  void attributes_changed(Entity& entity, Instant now) override {
    entity.state<LevelState>().level = level_of(entity);
    GlobalQueuePolicy::attributes_changed(entity, now);
  }
  // Who is next when turns change is not known before.
  const Entity* peek(CpuId cpu, std::size_t k) const override {
    return cycle_ > Duration() ? nullptr : ready_.peek(cpu, ready_.best_level(cpu), k);
  }

 private:
  const Entity* first_ready(CpuId cpu, Instant now) const override { return ready_.peek(cpu, best_level(cpu, now), 0); }
  bool displaces(const Entity& ready, const Entity& running, Instant now) const override {
    return rank(level_of(ready), now) < rank(running.state<LevelState>().level, now);
  }
  bool yields_before(const Entity& a, const Entity& b, Instant now) const override {
    return rank(a.state<LevelState>().level, now) > rank(b.state<LevelState>().level, now);
  }

  std::uint32_t levels() const { return static_cast<std::uint32_t>(rules_.size()); }
  std::uint32_t level_of(const Entity& entity) const {
    const SchedAttributes& attributes = entity.attributes;
    switch (attributes.sched_class) {
      case SchedClass::fifo:
      case SchedClass::round_robin:
      case SchedClass::deadline:
        return 0;
      case SchedClass::batch:
      case SchedClass::idle:
        return levels() - 1;
      case SchedClass::other:
        break;
    }
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(attributes.nice, 0, std::int64_t{levels()} - 1));
  }
  bool is_quantum_over(const LevelState& state) const {
    const Duration quantum = rules_[state.level].quantum;
    return quantum > Duration() && state.used >= quantum;
  }

  // The lower comes first; 0 is the queue whose turn it is.
  std::uint32_t rank(std::uint32_t level, Instant now) const { return level == turn(now) ? 0 : level + 1; }
  // The queue whose turn it is; levels() if they take none.
  std::uint32_t turn(Instant now) const {
    if (cycle_ == Duration()) return levels();
    const auto at = std::ranges::upper_bound(rules_, now.since_start() % cycle_, {}, &LevelRule::turn_end);
    return static_cast<std::uint32_t>(at - rules_.begin());
  }
  Instant turn_end(Instant now) const {
    if (cycle_ == Duration()) return Instant::max();
    return now + (rules_[turn(now)].turn_end - now.since_start() % cycle_);
  }
  // The queue that `cpu` takes from; levels() if nobody is ready.
  std::uint32_t best_level(CpuId cpu, Instant now) const {
    const std::uint32_t first = turn(now);
    return first != levels() && ready_.has_ready(cpu, first) ? first : ready_.best_level(cpu);
  }

  std::vector<LevelRule> rules_;  // by level
  Duration cycle_;
  LevelQueues ready_;
};

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  const auto queues = options.get<std::int64_t>("queues");
  const std::int64_t sliced = queues - options.get<std::int64_t>("fcfs");
  const bool takes_turns = options.get<std::string>("between") == "turns";
  const Duration cycle = takes_turns ? options.get<Duration>("cycle") : Duration();
  constexpr Duration longest = 1000_s;
  std::vector<LevelRule> rules;
  Duration quantum = options.get<Duration>("quantum");
  Duration left = cycle;
  for (std::int64_t level = 0; level < queues; ++level) {
    left -= left * options.get<std::int64_t>("share") / 100;
    rules.push_back({.quantum = level < sliced ? quantum : Duration(), .turn_end = cycle - left});
    quantum = std::min(longest, quantum * options.get<std::int64_t>("growth"));
  }
  rules.back().turn_end = cycle;
  return std::make_unique<MultilevelQueue>(view, std::move(rules), cycle);
}

}  // namespace

extern const PolicyRow multilevel_queue_policy;
const PolicyRow multilevel_queue_policy{
    .name = "multilevel_queue",
    .summary = "fixed queues by nice and class, foreground to background, each with its own discipline",
    .source = "Silberschatz, Operating System Concepts, Multilevel Queue Scheduling",
    .options = {number_option("queues", 2, 1, most_queues, "nice 0 and below is in the first, and so on"),
                number_option("fcfs", 1, 0, most_queues, "how many of the last run first come, first served"),
                time_option("quantum", 10_ms, 1_us, 10_s, "time slice in the first queue"),
                number_option("growth", 2, 1, 16, "how many times longer the quantum is a queue further down"),
                word_option("between", {"priority", "turns"}, "a queue runs while those before are empty, or in turn"),
                number_option("share", 80, 1, 99, "percent of a cycle, or of what earlier queues leave, for a turn"),
                time_option("cycle", 100_ms, 100_us, 1000_s, "in which every queue has its turn")},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
    .heeds_realtime = true,
    .heeds_deadlines = true,
};

}  // namespace signalbox
