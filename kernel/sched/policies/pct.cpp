#include <algorithm>
#include <vector>

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_tree.hpp"

namespace signalbox {
namespace {

constexpr std::int64_t most_depth = 100;
// Keys below are drawn; keys from here on are those of threads that were lowered.
constexpr std::int64_t lowered = std::int64_t{1} << 62U;

struct PctState {
  QueuePlace place;  // the key is the priority, also while it runs or waits; the lower comes first
};

struct PctRules {
  std::int64_t depth;
  std::int64_t steps;
  Duration step;
};

// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatte, A Randomized Scheduler with
// Probabilistic Guarantees of Finding Bugs, ASPLOS 2010): each thread has a random priority and the highest that is
// ready runs, strictly; at depth - 1 random ones of the first `steps` steps, the running thread gets a priority below
// all others.
//
// Guarantee: if a program of n threads and at most `steps` steps has a bug that `depth` ordering constraints bring
// about, one run on one CPU finds it with a probability of at least 1 / (n x steps^(depth - 1)). The paper's step is an
// instruction; here it is `step` of CPU time, so orders within a step's length are not told apart, and with several
// CPUs nothing is guaranteed. Who yields is lowered too, at no change point's cost, so that one that spins until
// another has done something does not spin for ever.
class Pct final : public GlobalQueuePolicy {
 public:
  Pct(SchedulerView& view, Prng random, PctRules rules)
      : GlobalQueuePolicy(view, OnReady::may_preempt), ready_(view.affinities(), cpu_range()), random_(random) {
    for (std::int64_t i = 1; i < rules.depth; ++i) {
      const auto after = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(rules.steps))) + 1;
      // Priority i of the paper, 1 the lowest: the first one drawn sinks the deepest.
      changes_.push_back({.at = rules.step * after, .key = lowered + (rules.depth - i)});
    }
    std::ranges::sort(changes_);
    next_yielded_ = lowered + rules.depth;
  }

  void join(Entity& entity, Instant) override {
    entity.emplace_state<PctState>().place.key = static_cast<std::int64_t>(random_.below(lowered));
  }
  void leave(Entity&, Instant) override {}

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& key = entity.state<PctState>().place.key;
    if (why == EnqueueReason::yielded) key = next_yielded_++;
    if (why == EnqueueReason::preempted) {
      ready_.insert_before_equals(entity, key);
    } else {
      ready_.insert_behind_equals(entity, key);
    }
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override { return note_picked(cpu, ready_.pop_front(cpu), now); }

  void account(CpuId, Entity& entity, Duration ran, Instant) override {
    all_ran_ += ran;
    for (; passed_ < changes_.size() && changes_[passed_].at <= all_ran_; ++passed_) {
      entity.state<PctState>().place.key = changes_[passed_].key;
    }
  }
  void blocked(CpuId, Entity&, Instant) override {}

  Verdict decide(CpuId cpu, Entity& running, Instant now) override {
    return should_preempt(cpu, running, now) ? Verdict::preempt : Verdict::keep;
  }
  Instant next_decision(CpuId, const Entity&, Instant now) const override {
    return passed_ == changes_.size() ? Instant::max() : now + (changes_[passed_].at - all_ran_);
  }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return ready_.peek(cpu, k); }

 private:
  struct Change {
    Duration at;  // of CPU time, all threads together
    std::int64_t key;

    auto operator<=>(const Change&) const = default;
  };

  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant) const override {
    return ready.state<PctState>().place.key < running.state<PctState>().place.key;
  }
  bool yields_before(const Entity& a, const Entity& b, Instant now) const override { return displaces(b, a, now); }

  SharedTree<PctState> ready_;
  Prng random_;
  std::vector<Change> changes_;  // by time
  std::size_t passed_ = 0;
  Duration all_ran_;
  std::int64_t next_yielded_ = 0;
};

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng& random) {
  return std::make_unique<Pct>(view, random.split("pct"),
                               PctRules{.depth = options.get<std::int64_t>("depth"),
                                        .steps = options.get<std::int64_t>("steps"),
                                        .step = options.get<Duration>("step")});
}

}  // namespace

extern const PolicyRow pct_policy;
const PolicyRow pct_policy{
    .name = "pct",
    .summary = "random priorities that change at a few random points: finds bugs of a depth by a known chance",
    .source = "Burckhardt et al., ASPLOS 2010",
    .options = {number_option("depth", 3, 1, most_depth, "ordering constraints of the bug sought; a change point less"),
                number_option("steps", 1000, 1, 1'000'000'000, "steps in which change points may lie"),
                time_option("step", 100_us, 1_us, 1_s, "CPU time that counts as a step")},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
};

}  // namespace signalbox
