#include <algorithm>

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/policies/ule_thread.hpp"
#include "kernel/sched/shared_fifo.hpp"
#include "kernel/sched/shared_levels.hpp"

namespace signalbox {
namespace {

constexpr unsigned queues = 64;                                           // RQ_NQS
constexpr unsigned priorities_a_queue = 4;                                // RQ_PPQ
constexpr int batch_range = ule::pri_max_batch - ule::pri_min_batch + 1;  // PRI_BATCH_RANGE

ule::State& thread_of(Entity& entity) { return entity.state<ule::State>(); }
const ule::State& thread_of(const Entity& entity) { return entity.state<ule::State>(); }

// FreeBSD's ULE (sys/kern/sched_ule.c of FreeBSD 13; Roberson, ULE: A Modern Scheduler for FreeBSD, BSDCon 2003): who
// sleeps by its own will much more than it runs is interactive, and served before the others by priority; the others
// wait in a calendar, a circle of queues that is emptied from one place and filled ahead of it, the farther ahead the
// more CPU time they used, so that nobody starves; idle threads come last. The more wait, the shorter the slice.
//
// One set of queues for all CPUs; load is a CPU's share of all. A new thread has no history to inherit, so it is
// interactive until it has run. Who is preempted by an interactive thread keeps its
// turn.
class Ule final : public GlobalQueuePolicy {
 public:
  explicit Ule(SchedulerView& view)
      : GlobalQueuePolicy(view, OnReady::may_preempt),
        realtime_(view.affinities(), cpu_range()),
        timeshare_(view.affinities(), cpu_range()),
        idle_(view.affinities(), cpu_range()) {}

  void join(Entity& entity, Instant now) override {
    auto& thread = entity.emplace_state<ule::State>();
    thread.ftick = thread.ltick = thread.slept_at = now;
    ule::set_attributes(thread, entity.attributes);
  }
  void leave(Entity& entity, Instant) override { stop_competing(thread_of(entity)); }

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant now) override;
  Entity* pick_next(CpuId cpu, Instant now) override;
  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override;
  void blocked(CpuId cpu, Entity& entity, Instant now) override;
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  // sched_ule.c, sched_rr_interval, tells the longest slice; this is the one of now.
  Duration slice_of(const Entity& entity) const override { return thread_of(entity).is_fifo ? Duration() : slice(); }
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;
  void attributes_changed(Entity& entity, Instant now) override {
    ule::set_attributes(thread_of(entity), entity.attributes);
    GlobalQueuePolicy::attributes_changed(entity, now);
  }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return k == 0 ? first_ready(cpu, {}) : nullptr; }

 private:
  using Queues = SharedLevels<queues>;

  const Entity* first_ready(CpuId cpu, Instant) const override;
  // sched_setpreempt: who wakes is compared; who waits its turn is not.
  bool displaces(const Entity& ready, const Entity& running, Instant) const override {
    const auto& thread = thread_of(ready);
    return (!thread.is_competing || thread.is_offered) && thread.priority < thread_of(running).priority;
  }
  bool yields_before(const Entity& a, const Entity& b, Instant) const override {
    return thread_of(a).priority > thread_of(b).priority;
  }

  static unsigned realtime_queue(const ule::State& thread) {
    return static_cast<unsigned>(thread.priority) / priorities_a_queue;
  }
  Duration slice() const {
    const auto cpus = std::int64_t{cpu_count()};
    return ule::slice((competing_ + cpus - 1) / cpus);
  }
  void stop_competing(ule::State& thread) {
    if (thread.is_competing) --competing_;
    thread.is_competing = false;
  }
  void start_competing(ule::State& thread, EnqueueReason why, Instant now);
  // SRQ_PREEMPTED is for who gives way to real-time and, on another CPU, to interactive threads. Else it is told to
  // reschedule (TDF_NEEDRESCHED), and loses its turn.
  bool gives_way_to_batch(CpuId cpu) const {
    const Entity* const first = first_ready(cpu, {});
    return first != nullptr && thread_of(*first).priority >= ule::pri_min_batch;
  }
  void put(Entity& entity, ule::State& thread, bool keeps_turn);
  unsigned calendar_slot(const ule::State& thread) const;
  void left_calendar(unsigned slot);
  void turn_calendar(Instant now);

  Queues realtime_;   // interactive and real-time threads
  Queues timeshare_;  // the calendar
  SharedFifo idle_;
  unsigned insert_ = 0;  // tdq_idx: where the calendar's next round begins
  unsigned remove_ = 0;  // tdq_ridx: where it is emptied, insert_ or one behind
  std::int64_t ticks_ = 0;
  std::int64_t competing_ = 0;  // tdq_load of all CPUs
};

void Ule::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  turn_calendar(now);
  auto& thread = thread_of(entity);
  if (!thread.is_competing) start_competing(thread, why, now);
  if (why == EnqueueReason::changed) ule::set_attributes(thread, entity.attributes);
  const bool keeps_turn = why == EnqueueReason::preempted && !thread.is_slice_over && !gives_way_to_batch(cpu);
  thread.is_slice_over = false;
  thread.is_offered = why != EnqueueReason::preempted && why != EnqueueReason::yielded;
  put(entity, thread, keeps_turn);
  note_queued(cpu, entity, why, now);
}

// sched_wakeup; for a new one sched_fork_thread, whose first slice is the shortest.
void Ule::start_competing(ule::State& thread, EnqueueReason why, Instant now) {
  thread.is_competing = true;
  ++competing_;
  if (why == EnqueueReason::created) {
    thread.slice = slice() - ule::shortest_slice();
    return;
  }
  thread.slptime += now - thread.slept_at;
  ule::fade(thread);
  ule::update_use(thread, now, false);
  ule::compute_priority(thread);
  thread.slice = {};
}

void Ule::put(Entity& entity, ule::State& thread, bool keeps_turn) {
  if (thread.priority >= ule::pri_min_idle) {
    if (keeps_turn) return idle_.push_front(entity);
    idle_.push_back(entity);
  } else if (thread.priority >= ule::pri_min_batch) {
    thread.slot = static_cast<std::uint8_t>(keeps_turn ? remove_ : calendar_slot(thread));
    if (keeps_turn) return timeshare_.push_front(entity, thread.slot);
    timeshare_.push_back(entity, thread.slot);
  } else {
    if (keeps_turn) return realtime_.push_front(entity, realtime_queue(thread));
    realtime_.push_back(entity, realtime_queue(thread));
  }
}

void Ule::dequeue(Entity& entity, Instant now) {
  turn_calendar(now);
  const auto& thread = thread_of(entity);
  if (thread.priority >= ule::pri_min_idle) {
    idle_.remove(entity);
  } else if (thread.priority >= ule::pri_min_batch) {
    timeshare_.remove(entity, thread.slot);
    left_calendar(thread.slot);
  } else {
    realtime_.remove(entity, realtime_queue(thread));
  }
  note_dequeued();
}

// tdq_choose.
Entity* Ule::pick_next(CpuId cpu, Instant now) {
  turn_calendar(now);
  Entity* next = nullptr;
  if (const unsigned queue = realtime_.best_level(cpu); queue != Queues::none) {
    next = &realtime_.pop_front(cpu, queue);
  } else if (const unsigned slot = timeshare_.best_level(cpu, remove_); slot != Queues::none) {
    next = &timeshare_.pop_front(cpu, slot);
    left_calendar(slot);
  } else {
    next = idle_.pop_front(cpu);
  }
  if (next != nullptr) {
    auto& thread = thread_of(*next);
    ule::update_use(thread, now, false);
    thread.priority = thread.user_pri;
    thread.is_offered = false;
  }
  return note_picked(cpu, next, now);
}

const Entity* Ule::first_ready(CpuId cpu, Instant) const {
  if (const unsigned queue = realtime_.best_level(cpu); queue != Queues::none) return &realtime_.front(cpu, queue);
  const unsigned slot = timeshare_.best_level(cpu, remove_);
  return slot == Queues::none ? idle_.front(cpu) : &timeshare_.front(cpu, slot);
}

// sched_clock.
void Ule::account(CpuId cpu, Entity& entity, Duration ran, Instant now) {
  auto& thread = thread_of(entity);
  thread.runtime += ran;
  thread.slice += ran;
  ule::fade(thread);
  ule::update_use(thread, now, true);
  ule::compute_priority(thread);
  thread.priority = thread.user_pri;
  note_accounted(cpu, now);
}

// sched_sleep: who wakes comes to the head of the calendar at least (static_boost).
void Ule::blocked(CpuId, Entity& entity, Instant now) {
  auto& thread = thread_of(entity);
  thread.slept_at = now;
  thread.is_slice_over = false;
  if (thread.is_timeshare) thread.priority = std::min(thread.priority, ule::pri_min_batch);
  stop_competing(thread);
}

Verdict Ule::decide(CpuId cpu, Entity& running, Instant now) {
  turn_calendar(now);
  auto& thread = thread_of(running);
  if (thread.is_fifo || thread.slice < slice()) return Verdict::keep;
  thread.slice = {};
  thread.is_slice_over = first_ready(cpu, now) != nullptr;
  return thread.is_slice_over ? Verdict::preempt : Verdict::keep;
}

// As the statistics clock ticks: the load may have risen and made the slice shorter.
Instant Ule::next_decision(CpuId, const Entity& running, Instant now) const {
  const auto& thread = thread_of(running);
  if (thread.is_fifo) return Instant::max();
  return now + std::clamp(slice() - thread.slice, 1_ns, ule::stat_tick);
}

// tdq_runq_add: while the last round is being emptied, nobody is put into what is left of it.
unsigned Ule::calendar_slot(const ule::State& thread) const {
  const auto ahead = queues * static_cast<unsigned>(thread.priority - ule::pri_min_batch) / batch_range;
  const unsigned slot = (ahead + insert_) % queues;
  return remove_ != insert_ && slot == remove_ ? (slot + queues - 1) % queues : slot;
}

// runq_remove_idx.
void Ule::left_calendar(unsigned slot) {
  if (remove_ != insert_ && slot == remove_ && timeshare_.empty_at(slot)) remove_ = (remove_ + 1) % queues;
}

// sched_clock: a step for each tick, unless what stood there is not emptied yet.
void Ule::turn_calendar(Instant now) {
  const std::int64_t until = now.since_start() / ule::stat_tick;
  std::int64_t left = until - ticks_;
  ticks_ = until;
  if (timeshare_.empty()) left %= queues;
  for (; left > 0 && insert_ == remove_; --left) {
    insert_ = (insert_ + 1) % queues;
    if (timeshare_.empty_at(remove_)) remove_ = insert_;
  }
}

}  // namespace

extern const PolicyRow ule_policy;
const PolicyRow ule_policy{
    .name = "ule",
    .summary = "FreeBSD: interactive threads first, the others in a calendar by the CPU time they used",
    .source = "FreeBSD 13 sys/kern/sched_ule.c; Roberson, BSDCon 2003",
    .options = {},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make_of_view<Ule>,
    .heeds_realtime = true,
};

}  // namespace signalbox
