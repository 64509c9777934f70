#include "kernel/sched/group_scheduler.hpp"

#include <algorithm>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/sched/group_level.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t least_shares = 2;  // MIN_SHARES, kernel/sched/sched.h

// A timer's cookie: the group's number, and this for the return of unused quota.
constexpr std::uint64_t slack_bit = 1U << 16U;

}  // namespace

GroupScheduler::GroupScheduler(SchedulerView& view, const MakeLevel& make)
    : view_(view), groups_(*view.groups()), cpu_(static_cast<CpuId::Value>(view.cpus().range().first)) {
  CHECK(view.cpus().count() == 1, "a group has one running thread at most");
  for (const TaskGroup& group : groups_.all()) {
    Level& level = levels_.emplace_back(*this, groups_[group.id], make);
    if (group.id == TaskGroupId()) continue;
    level.parent = &levels_[group.parent.value()];
    level.entity.id = Tid(-static_cast<Tid::Value>(group.id.value()));
    level.entity.cpu = cpu_;
    level.entity.weight = static_cast<std::uint32_t>(std::max(group.shares(), least_shares));
    level.parent->policy->join(level.entity, Instant());
  }
}

// Policies go before the groups that are queued in them.
GroupScheduler::~GroupScheduler() {
  for (Level& level : levels_) level.policy.reset();
}

GroupScheduler::Level& GroupScheduler::level_of(const Entity& thread) { return levels_[thread.queued_group.value()]; }
const GroupScheduler::Level& GroupScheduler::level_of(const Entity& thread) const {
  return levels_[thread.queued_group.value()];
}

GroupScheduler::Level* GroupScheduler::group_behind(const Entity& entity) {
  return entity.id.value() < 0 ? &levels_[static_cast<std::size_t>(-entity.id.value())] : nullptr;
}
const GroupScheduler::Level* GroupScheduler::group_behind(const Entity& entity) const {
  return entity.id.value() < 0 ? &levels_[static_cast<std::size_t>(-entity.id.value())] : nullptr;
}

void GroupScheduler::join(Entity& entity, Instant now) {
  entity.queued_group = entity.group;
  level_of(entity).policy->join(entity, now);
}

void GroupScheduler::leave(Entity& entity, Instant now) {
  Level& level = level_of(entity);
  level.policy->leave(entity, now);
  if (level.running == &entity) ran_out(level, now);
}

CpuId GroupScheduler::select_cpu(const Entity&, Instant) { return cpu_; }

void GroupScheduler::enqueue(CpuId, Entity& entity, EnqueueReason why, Instant now) {
  Level& level = level_of(entity);
  const bool ran = level.running == &entity;
  if (entity.group != entity.queued_group) {
    move_to_its_group(entity, now);
    enter(entity, EnqueueReason::changed, now);
  } else if (ran) {
    level.policy->enqueue(cpu_, entity, why, now);
    level.running = nullptr;
    ++level.queued;
    put_back(level, now);
  } else {
    enter(entity, why, now);
  }
  if (why != EnqueueReason::changed) return;
  const Entity* const running = view_.running(cpu_);
  if (running == nullptr || should_preempt(cpu_, *running, now)) view_.kick(cpu_, Kick::preempt);
}

// kernel/sched/fair.c, task_change_group_fair: the lag goes along.
void GroupScheduler::move_to_its_group(Entity& entity, Instant now) {
  Level& old = level_of(entity);
  old.policy->detach(entity, now);
  if (old.running == &entity) ran_out(old, now);
  attach(entity, now);
}

void GroupScheduler::enter(Entity& entity, EnqueueReason why, Instant now) {
  Level& level = level_of(entity);
  level.policy->enqueue(cpu_, entity, why, now);
  ++level.queued;
  add_load(level, entity);
  raise(level, now);
}

void GroupScheduler::dequeue(Entity& entity, Instant now) {
  Level& level = level_of(entity);
  level.policy->dequeue(entity, now);
  --level.queued;
  remove_load(level, entity);
  lower(level, now);
}

Entity* GroupScheduler::pick_next(CpuId cpu, Instant now) {
  Level* at = &levels_.front();
  while (true) {
    Entity* const next = at->policy->pick_next(cpu, now);
    if (next == nullptr) return nullptr;
    --at->queued;
    at->running = next;
    at = group_behind(*next);
    if (at == nullptr) return next;
    at->place = Level::Place::running;
    CHECK(at->queued != 0, "a group is queued while something in it is");
  }
}

void GroupScheduler::account(CpuId cpu, Entity& entity, Duration ran, Instant now) {
  Entity* running = &entity;
  for (Level* at = &level_of(entity); at != nullptr; running = &at->entity, at = at->parent) {
    at->policy->account(cpu, *running, ran, now);
    at->group.cpu_time += ran;
    if (!at->is_limited()) continue;
    at->in_hand -= ran;
    if (at->in_hand <= Duration()) has_quota(*at, now);
  }
}

void GroupScheduler::blocked(CpuId cpu, Entity& entity, Instant now) {
  Level& level = level_of(entity);
  level.policy->blocked(cpu, entity, now);
  ran_out(level, now);
}

// The thread that ran here is gone.
void GroupScheduler::ran_out(Level& level, Instant now) {
  remove_load(level, *std::exchange(level.running, nullptr));
  put_back(level, now);
}

bool GroupScheduler::should_preempt(CpuId cpu, const Entity& running, Instant now) const {
  const Entity* at_level = &running;
  for (const Level* at = &level_of(running); at != nullptr; at_level = &at->entity, at = at->parent) {
    if (at->policy->should_preempt(cpu, *at_level, now)) return true;
  }
  return false;
}

// Every level is asked, because keeping starts a new slice.
Verdict GroupScheduler::decide(CpuId cpu, Entity& running, Instant now) {
  Verdict verdict = Verdict::keep;
  Entity* at_level = &running;
  for (Level* at = &level_of(running); at != nullptr; at_level = &at->entity, at = at->parent) {
    reweigh(*at, now);
    if (at->policy->decide(cpu, *at_level, now) == Verdict::preempt) verdict = Verdict::preempt;
    if (at->is_limited() && at->in_hand <= Duration()) verdict = Verdict::preempt;
  }
  return verdict;
}

// Among the threads of its group.
Duration GroupScheduler::slice_of(const Entity& entity) const { return level_of(entity).policy->slice_of(entity); }

Instant GroupScheduler::next_decision(CpuId cpu, const Entity& running, Instant now) const {
  Instant wanted = Instant::max();
  const Entity* at_level = &running;
  for (const Level* at = &level_of(running); at != nullptr; at_level = &at->entity, at = at->parent) {
    wanted = std::min(wanted, at->policy->next_decision(cpu, *at_level, now));
    if (at->is_limited()) wanted = std::min(wanted, now + std::max(at->in_hand, 1_ns));
  }
  return wanted;
}

// One that runs changes its group when it is put back.
void GroupScheduler::attributes_changed(Entity& entity, Instant now) {
  Level& level = level_of(entity);
  const bool runs = level.running == &entity;
  if (runs) {
    remove_load(level, entity);
    add_load(level, entity);
  }
  level.policy->attributes_changed(entity, now);
  if (!runs) return;
  if (entity.group != entity.queued_group || should_preempt(cpu_, entity, now)) view_.kick(cpu_, Kick::preempt);
}

void GroupScheduler::timer(std::uint64_t cookie, Instant now) {
  CpuQuota& quota = groups_[TaskGroupId(static_cast<TaskGroupId::Value>(cookie))].quota;
  if ((cookie & slack_bit) != 0) return quota.slack_over(now);
  if (const auto next = quota.period_over(now)) view_.set_timer(*next, cookie);
}

void GroupScheduler::detach(Entity& entity, Instant now) {
  Level& level = level_of(entity);
  level.policy->detach(entity, now);
  if (level.running == &entity) ran_out(level, now);
}

void GroupScheduler::attach(Entity& entity, Instant now) {
  entity.queued_group = entity.group;
  level_of(entity).policy->attach(entity, now);
}

const Entity* GroupScheduler::peek(CpuId cpu, std::size_t k) const {
  if (k != 0) return nullptr;
  const Level* at = &levels_.front();
  while (true) {
    const Entity* const first = at->policy->peek(cpu, 0);
    if (first == nullptr) return nullptr;
    at = group_behind(*first);
    if (at == nullptr) return first;
  }
}

bool GroupScheduler::is_held_back(const Entity& entity) const {
  for (const Level* at = &level_of(entity); at != nullptr; at = at->parent) {
    if (at->is_throttled) return true;
  }
  return false;
}

bool GroupScheduler::is_delayed(const Entity& entity) const { return level_of(entity).policy->is_delayed(entity); }

void GroupScheduler::add_load(Level& level, Entity& entity) {
  entity.group_load = entity.weight;
  level.load += entity.group_load;
  level.group.load += entity.group_load;
}

void GroupScheduler::remove_load(Level& level, Entity& entity) {
  level.load -= entity.group_load;
  level.group.load -= entity.group_load;
  entity.group_load = 0;
}

// The groups that ran with a thread stop running: those with something left wait, the others are out.
void GroupScheduler::put_back(Level& level, Instant now) {
  for (Level* at = &level; at->parent != nullptr; at = at->parent) {
    Level& parent = *at->parent;
    reweigh(*at, now);
    parent.running = nullptr;
    at->place = Level::Place::out;
    if (at->queued == 0) {
      parent.policy->blocked(cpu_, at->entity, now);
      give_back_quota(*at, now);
    } else if (is_throttled_now(*at, now)) {
      parent.policy->throttled(cpu_, at->entity, now);
    } else {
      parent.policy->enqueue(cpu_, at->entity, EnqueueReason::preempted, now);
      at->place = Level::Place::queued;
      ++parent.queued;
      continue;
    }
    remove_load(parent, at->entity);
  }
}

// Something is queued in the level: it and those above it wait among their siblings, unless they do, run, or may not.
void GroupScheduler::raise(Level& level, Instant now) {
  Level* at = &level;
  for (; at->parent != nullptr && at->place == Level::Place::out; at = at->parent) {
    Level& parent = *at->parent;
    const bool is_throttled = is_throttled_now(*at, now);
    if (is_throttled && parent.policy->is_delayed(at->entity)) parent.policy->throttled(cpu_, at->entity, now);
    if (is_throttled) return;
    reweigh(*at, now);
    if (std::exchange(at->is_detached, false)) parent.policy->attach(at->entity, now);
    parent.policy->enqueue(cpu_, at->entity, EnqueueReason::woken, now);
    at->place = Level::Place::queued;
    ++parent.queued;
    add_load(parent, at->entity);
  }
  for (; at->parent != nullptr; at = at->parent) {
    if (at->place == Level::Place::queued) at->parent->policy->woken_within(at->entity);
    reweigh(*at, now);
  }
}

// Something has left the level's queue.
void GroupScheduler::lower(Level& level, Instant now) {
  for (Level* at = &level; at->parent != nullptr; at = at->parent) {
    if (at->queued != 0 || at->place != Level::Place::queued) {
      reweigh(*at, now);
      continue;
    }
    Level& parent = *at->parent;
    parent.policy->dequeue(at->entity, now);
    parent.policy->detach(at->entity, now);
    at->is_detached = true;
    at->place = Level::Place::out;
    --parent.queued;
    remove_load(parent, at->entity);
    give_back_quota(*at, now);
  }
}

// kernel/sched/fair.c, calc_group_shares and update_cfs_group.
void GroupScheduler::reweigh(Level& level, Instant now) {
  if (level.parent == nullptr || level.load == 0) return;
  const std::uint64_t shares = level.group.shares();
  const auto weight = static_cast<std::uint32_t>(
      std::clamp(shares * level.load / level.group.load, least_shares, std::max(shares, least_shares)));
  if (weight == level.entity.weight) return;
  Level& parent = *level.parent;
  if (level.place == Level::Place::out) {
    level.entity.weight = weight;
    return;
  }
  remove_load(parent, level.entity);
  if (level.place == Level::Place::queued) {
    parent.policy->dequeue(level.entity, now);
    level.entity.weight = weight;
    parent.policy->enqueue(cpu_, level.entity, EnqueueReason::changed, now);
  } else {
    level.entity.weight = weight;
    parent.policy->attributes_changed(level.entity, now);
  }
  add_load(parent, level.entity);
}

// Takes another slice of the quota, and sees to it that the quota is renewed.
bool GroupScheduler::has_quota(Level& level, Instant now) {
  const bool has_some = level.group.quota.grant(level);
  if (const auto end = level.group.quota.period_to_await(now)) view_.set_timer(*end, level.group.id.value());
  return has_some;
}

// kernel/sched/fair.c, check_cfs_rq_runtime, check_enqueue_throttle and throttle_cfs_rq.
bool GroupScheduler::is_throttled_now(Level& level, Instant now) {
  if (!level.is_limited() || level.in_hand > Duration()) return false;
  if (level.is_throttled) return true;
  if (has_quota(level, now)) return false;
  level.group.quota.throttle(level, now);
  return true;
}

void GroupScheduler::give_back_quota(Level& level, Instant now) {
  if (const auto when = level.group.quota.give_back(level, now)) {
    view_.set_timer(*when, level.group.id.value() | slack_bit);
  }
}

// fair.c, unthrottle_cfs_rq: nobody is preempted, but idle CPUs look at once (in Linux at their next tick).
void GroupScheduler::unthrottled(Level& level, Instant now) {
  if (level.queued == 0) return;
  raise(level, now);
  view_.note_released(now);
  CpuMask::first(view_.topology().cpu_count()).for_each({0, view_.topology().cpu_count()}, [&](CpuId cpu) {
    if (view_.running(cpu) == nullptr) view_.kick(cpu, Kick::idle);
  });
}

std::unique_ptr<Policy> with_groups(SchedulerView& view, const GroupScheduler::MakeLevel& make) {
  if (view.groups() == nullptr || view.cpus().count() != 1) return make(view);
  return std::make_unique<GroupScheduler>(view, make);
}

}  // namespace signalbox
