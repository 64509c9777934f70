#include "kernel/sched/policies/fair_share.hpp"

#include <map>

#include "kernel/sched/by_affinity.hpp"
#include "kernel/sched/fifo_queue.hpp"
#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/ratio_tree.hpp"

namespace signalbox {
namespace {

struct Share;

// The ready ones of one share that may run on the same CPUs.
struct ShareQueue {
  Share* share = nullptr;
  FifoQueue ready;
  std::uint32_t queue_position = 0;
  AffinityId affinity;
  std::unique_ptr<ShareQueue> next;  // of the share: a queue stays where it is
};

// A process: it is promised as much of the CPU as any other.
struct Share {
  Instant created;
  Duration used;
  std::uint64_t order = 0;
  std::size_t members = 0;
  ShareQueue queue;  // of the affinity its first member was queued with; nearly always the only one

  // Time since creation by time had: the higher, the further from what was promised. With n shares the time promised
  // is the time since creation / n, and n is the same for all.
  RisingRatio ratio() const { return {.origin = created, .divisor = used, .order = order}; }
};

struct FairShareState {
  Share* share = nullptr;
  Duration used;  // of its quantum
};

// Guaranteed scheduling of processes: one gains nothing by having more threads, which take turns in its share.
class FairShare final : public GlobalQueuePolicy {
 public:
  FairShare(SchedulerView& view, Duration quantum)
      : GlobalQueuePolicy(view, OnReady::waits), ready_(view.affinities(), cpu_range()), quantum_(quantum) {}

  void join(Entity& entity, Instant now) override {
    const auto [found, is_new] = shares_.try_emplace(entity.process);
    Share& share = found->second;
    if (is_new) {
      share.created = now;
      share.order = ++last_share_;
    }
    ++share.members;
    entity.emplace_state<FairShareState>().share = &share;
  }
  void leave(Entity& entity, Instant) override {
    if (--entity.state<FairShareState>().share->members == 0) shares_.erase(entity.process);
  }

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    auto& state = entity.state<FairShareState>();
    ShareQueue& queue = queue_of(entity);
    const bool is_first = queue.ready.empty();
    if (why == EnqueueReason::preempted && state.used < quantum_) {
      queue.ready.push_front(entity, --first_order_);
    } else {
      state.used = {};
      queue.ready.push_back(entity, ++last_order_);
    }
    if (is_first) ready_.of(entity).add(queue, state.share->ratio(), now);
    // Of 100,000, who is picked next is in no cache of the host's.
    if (const ShareQueue* const next = ready_.shared().likely_front()) __builtin_prefetch(next->ready.front());
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant now) override {
    ShareQueue& queue = queue_of(entity);
    queue.ready.remove(entity);
    if (queue.ready.empty()) ready_.of(entity).remove(queue, now);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override {
    ShareQueue* const queue = first_queue(cpu, now);
    if (queue == nullptr) return note_picked(cpu, nullptr, now);
    Entity& entity = queue->ready.pop_front();
    if (queue->ready.empty()) ready_.of(entity).remove(*queue, now);
    return note_picked(cpu, &entity, now);
  }

  void account(CpuId, Entity& entity, Duration ran, Instant now) override {
    auto& state = entity.state<FairShareState>();
    Share& share = *state.share;
    state.used += ran;
    share.used += ran;
    for (ShareQueue* queue = &share.queue; queue != nullptr; queue = queue->next.get()) {
      if (!queue->ready.empty()) ready_.of(*queue->ready.front()).change(*queue, share.ratio(), now);
    }
  }
  void blocked(CpuId, Entity&, Instant) override {}

  Verdict decide(CpuId cpu, Entity& running, Instant now) override {
    auto& state = running.state<FairShareState>();
    if (state.used < quantum_) return Verdict::keep;
    const ShareQueue* const first = first_queue(cpu, now);
    const bool runs_on = first == nullptr || comes_before(state.share->ratio(), first->share->ratio(), now);
    if (!runs_on) return Verdict::preempt;
    state.used = {};
    return Verdict::keep;
  }
  Duration slice_of(const Entity&) const override { return quantum_; }
  Instant next_decision(CpuId, const Entity& running, Instant now) const override {
    return now + (quantum_ - running.state<FairShareState>().used);
  }

 private:
  using Tree = RatioTree<ShareQueue>;

  const Entity* first_ready(CpuId cpu, Instant now) const override {
    const ShareQueue* const queue = first_queue(cpu, now);
    return queue == nullptr ? nullptr : queue->ready.front();
  }
  // Null if nobody is ready for `cpu`.
  ShareQueue* first_queue(CpuId cpu, Instant now) const {
    Tree* const best = ready_.best(cpu, [now](Tree& a, Tree& b) { return is_before(a.front(now), b.front(now), now); });
    return best == nullptr ? nullptr : &best->front(now);
  }
  static bool is_before(const ShareQueue& a, const ShareQueue& b, Instant now) {
    if (a.share == b.share) return a.ready.front_order() < b.ready.front_order();
    return comes_before(a.share->ratio(), b.share->ratio(), now);
  }

  static ShareQueue& queue_of(const Entity& entity) {
    Share& share = *entity.state<FairShareState>().share;
    for (ShareQueue* queue = &share.queue;; queue = queue->next.get()) {
      if (queue->share == nullptr) queue->affinity = entity.affinity;
      queue->share = &share;
      if (queue->affinity == entity.affinity) return *queue;
      if (queue->next == nullptr) queue->next = std::make_unique<ShareQueue>();
    }
  }

  static constexpr std::uint64_t middle = std::uint64_t{1} << 63U;

  std::map<Pid, Share> shares_;  // a map, because a Share stays where it is
  ByAffinity<Tree> ready_;
  Duration quantum_;
  std::uint64_t last_share_ = 0;
  std::uint64_t first_order_ = middle;
  std::uint64_t last_order_ = middle;
};

}  // namespace

std::unique_ptr<Policy> make_fair_share(SchedulerView& view, Duration quantum) {
  return std::make_unique<FairShare>(view, quantum);
}

}  // namespace signalbox
