#include <algorithm>
#include <array>

#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/linux_o1_task.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_levels.hpp"

namespace signalbox {
namespace {

using linux_o1::max_prio;

linux_o1::State& task_of(Entity& entity) { return entity.state<linux_o1::State>(); }
const linux_o1::State& task_of(const Entity& entity) { return entity.state<linux_o1::State>(); }

// The O(1) scheduler by the rules of Linux 2.6.12 (kernel/sched.c): 140 priorities and a bitmap in each of two arrays.
// Who has used its time slice waits in the expired array until the active one is empty and the two change places;
// interactive tasks, which sleep more than they run, have a better priority and go back to the active one, unless
// somebody expired starves. Without fork's halving of slices and inheriting of sleep, which need the parent: who is new
// has a whole slice and has not slept. With one pair of arrays for all CPUs, nr_running is a CPU's share of all.
class LinuxO1 final : public GlobalQueuePolicy {
 public:
  explicit LinuxO1(SchedulerView& view)
      : GlobalQueuePolicy(view, OnReady::may_preempt),
        arrays_{Array(view.affinities(), cpu_range()), Array(view.affinities(), cpu_range())} {}

  void join(Entity& entity, Instant now) override {
    auto& task = entity.emplace_state<linux_o1::State>();
    linux_o1::set_attributes(task, entity.attributes);
    task.time_slice = linux_o1::timeslice(task);
    task.timestamp = now;
  }
  void leave(Entity& entity, Instant) override { stop_competing(task_of(entity)); }

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant) override {
    auto& task = task_of(entity);
    arrays_[task.array].remove(entity, level_of(task));
    task.is_queued = false;
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override;
  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override {
    auto& task = task_of(entity);
    if (!task.is_fifo) task.time_slice -= ran;
    note_accounted(cpu, now);
  }
  void blocked(CpuId, Entity& entity, Instant now) override {
    auto& task = task_of(entity);
    if (is_slice_over(task)) renew_slice(task, now);
    task.goes_to_expired = task.goes_to_tail = task.is_running = false;
    task.has_slept = true;
    linux_o1::lose_sleep(task, now);
    stop_competing(task);
  }
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  // sched.c, sys_sched_rr_get_interval.
  Duration slice_of(const Entity& entity) const override {
    const auto& task = task_of(entity);
    return task.is_fifo ? Duration() : linux_o1::timeslice(task);
  }
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;
  void attributes_changed(Entity& entity, Instant now) override {
    linux_o1::set_attributes(task_of(entity), entity.attributes);
    GlobalQueuePolicy::attributes_changed(entity, now);
  }
  const Entity* peek(CpuId cpu, std::size_t k) const override { return k == 0 ? first_ready(cpu, {}) : nullptr; }

 private:
  using Array = SharedLevels<max_prio>;

  static unsigned level_of(const linux_o1::State& task) { return static_cast<unsigned>(task.prio); }
  std::uint8_t expired() const { return active_ ^ 1U; }

  const Entity* first_ready(CpuId cpu, Instant) const override {
    for (const std::uint8_t index : {active_, expired()}) {
      const unsigned level = arrays_[index].best_level(cpu);
      if (level != Array::none) return &arrays_[index].front(cpu, level);
    }
    return nullptr;
  }
  // TASK_PREEMPTS_CURR.
  bool displaces(const Entity& ready, const Entity& running, Instant now) const override {
    linux_o1::State task = task_of(ready);
    if (task.is_queued && task.array != active_) return false;
    if (task.has_slept) linux_o1::gain_sleep(task, now - task.timestamp);
    return task.prio < task_of(running).prio;
  }
  bool yields_before(const Entity& a, const Entity& b, Instant) const override {
    return task_of(a).prio > task_of(b).prio;
  }

  static bool is_slice_over(const linux_o1::State& task) { return !task.is_fifo && task.time_slice <= Duration(); }
  void stop_competing(linux_o1::State& task) {
    if (task.is_competing) --competing_;
    task.is_competing = false;
  }
  void wake(linux_o1::State& task, EnqueueReason why, Instant now);
  void put_back(linux_o1::State& task, EnqueueReason why, Instant now);
  void renew_slice(linux_o1::State& task, Instant now);
  bool is_expired_starving(const linux_o1::State& running, Instant now) const;
  void swap_arrays_if_due();
  void forget_expired() {
    expired_timestamp_ = Instant::max();
    best_expired_prio_ = max_prio;
  }

  std::array<Array, 2> arrays_;
  std::uint8_t active_ = 0;
  std::int64_t competing_ = 0;                  // nr_running of all CPUs
  Instant expired_timestamp_ = Instant::max();  // since when the first one waits in the expired array; max: nobody
  int best_expired_prio_ = max_prio;
};

void LinuxO1::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  auto& task = task_of(entity);
  const bool is_at_head = why == EnqueueReason::preempted && !is_slice_over(task) && !task.goes_to_tail;
  if (!task.is_competing) {
    wake(task, why, now);
  } else if (task.is_running) {
    put_back(task, why, now);
  }
  if (why == EnqueueReason::changed) {
    linux_o1::set_attributes(task, entity.attributes);
    if (linux_o1::is_realtime(task)) task.array = active_;
  }
  task.is_queued = true;
  if (is_at_head) {
    arrays_[task.array].push_front(entity, level_of(task));
  } else {
    arrays_[task.array].push_back(entity, level_of(task));
  }
  note_queued(cpu, entity, why, now);
}

// activate_task, or for a new one wake_up_new_task.
void LinuxO1::wake(linux_o1::State& task, EnqueueReason why, Instant now) {
  if (why == EnqueueReason::woken) linux_o1::gain_sleep(task, now - task.timestamp);
  task.is_activated = why == EnqueueReason::woken;
  task.timestamp = now;
  task.array = active_;
  task.has_slept = false;
  task.is_competing = true;
  ++competing_;
}

// It ran and would go on: scheduler_tick, sys_sched_yield and schedule.
void LinuxO1::put_back(linux_o1::State& task, EnqueueReason why, Instant now) {
  if (is_slice_over(task)) renew_slice(task, now);
  if (why == EnqueueReason::yielded && !linux_o1::is_realtime(task)) task.goes_to_expired = true;
  linux_o1::lose_sleep(task, now);
  task.array = task.goes_to_expired ? expired() : active_;
  task.goes_to_expired = task.goes_to_tail = task.is_running = false;
}

Entity* LinuxO1::pick_next(CpuId cpu, Instant now) {
  swap_arrays_if_due();
  for (const std::uint8_t index : {active_, expired()}) {
    const unsigned level = arrays_[index].best_level(cpu);
    if (level == Array::none) continue;
    Entity& next = arrays_[index].pop_front(cpu, level);
    auto& task = task_of(next);
    task.is_queued = false;
    task.is_running = true;
    if (task.is_activated && !linux_o1::is_realtime(task)) {
      linux_o1::gain_sleep(task, linux_o1::weighted_wait(now - task.timestamp));
    }
    task.is_activated = false;
    task.timestamp = now;
    task.granules = linux_o1::used(task) / linux_o1::granularity(task, cpu_count());
    return note_picked(cpu, &next, now);
  }
  if (competing_ == 0) forget_expired();
  return note_picked(cpu, nullptr, now);
}

// scheduler_tick.
Verdict LinuxO1::decide(CpuId cpu, Entity& running, Instant now) {
  auto& task = task_of(running);
  const unsigned best = arrays_[active_].best_level(cpu);
  if (is_slice_over(task)) {
    renew_slice(task, now);
    if (first_ready(cpu, now) != nullptr) {
      task.goes_to_tail = true;
      return Verdict::preempt;
    }
    task.goes_to_expired = false;  // the arrays change places, and it is the next
    if (arrays_[active_].empty() && arrays_[expired()].empty()) forget_expired();
    linux_o1::lose_sleep(task, now);
    task.granules = 0;
    return Verdict::keep;
  }
  if (best < level_of(task)) return Verdict::preempt;
  if (linux_o1::is_realtime(task) || !linux_o1::is_interactive(task)) return Verdict::keep;
  const Duration granule = linux_o1::granularity(task, cpu_count());
  const std::int64_t granules = linux_o1::used(task) / granule;
  const bool has_turned = granules > task.granules && task.time_slice >= granule;
  task.granules = granules;
  if (!has_turned || best != level_of(task)) return Verdict::keep;
  task.goes_to_tail = true;
  return Verdict::preempt;
}

Instant LinuxO1::next_decision(CpuId, const Entity& running, Instant now) const {
  const auto& task = task_of(running);
  if (task.is_fifo) return Instant::max();
  Duration left = task.time_slice;
  if (!linux_o1::is_realtime(task) && linux_o1::is_interactive(task)) {
    const Duration granule = linux_o1::granularity(task, cpu_count());
    left = std::min(left, granule * (task.granules + 1) - linux_o1::used(task));
  }
  return now + std::max(left, 1_ns);
}

// What becomes of a slice that is used up.
void LinuxO1::renew_slice(linux_o1::State& task, Instant now) {
  task.time_slice = linux_o1::timeslice(task);
  if (linux_o1::is_realtime(task)) return;
  task.prio = linux_o1::effective_prio(task);
  if (expired_timestamp_ == Instant::max()) expired_timestamp_ = now;
  task.goes_to_expired = !linux_o1::is_interactive(task) || is_expired_starving(task, now);
  if (task.goes_to_expired) best_expired_prio_ = std::min(best_expired_prio_, task.static_prio);
}

// EXPIRED_STARVING: the first one expired has waited a second for each that runs, or has a better nice value.
bool LinuxO1::is_expired_starving(const linux_o1::State& running, Instant now) const {
  if (running.static_prio > best_expired_prio_) return true;
  const auto cpus = std::int64_t{cpu_count()};
  const std::int64_t nr_running = (competing_ + cpus - 1) / cpus;
  const Duration patience = linux_o1::starvation_limit * nr_running + linux_o1::jiffy;
  return expired_timestamp_ != Instant::max() && now - expired_timestamp_ >= patience;
}

void LinuxO1::swap_arrays_if_due() {
  if (!arrays_[active_].empty() || arrays_[expired()].empty()) return;
  active_ = expired();
  forget_expired();
}

}  // namespace

extern const PolicyRow linux_o1_policy;
const PolicyRow linux_o1_policy{
    .name = "linux_o1",
    .summary = "Linux 2.6.0 to 2.6.22: active and expired arrays of 140 priorities, a bonus for sleepers",
    .source = "Linux 2.6.12 kernel/sched.c; Molnar 2002",
    .options = {},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make_of_view<LinuxO1>,
    .heeds_realtime = true,
};

}  // namespace signalbox
