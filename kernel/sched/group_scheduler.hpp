#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "kernel/sched/policy.hpp"

namespace signalbox {

// Task groups on one CPU, as Linux has them (kernel/sched/fair.c, CONFIG_FAIR_GROUP_SCHED and CONFIG_CFS_BANDWIDTH):
// each group is an instance of one policy for what is in it, threads and groups, and an entity among its siblings that
// runs whenever one of its own does. Who is picked is picked from the root down; who ran is accounted all the way up.
//
// A group's entity weighs the group's shares times the part of the group's load that is on this CPU; with one CPU, its
// shares. (Linux takes averages over about 100 ms for loads, here they are those of the moment.) A group that has used
// its quota up leaves its parent until the quota is renewed.
class GroupScheduler final : public Policy {
 public:
  using MakeLevel = std::function<std::unique_ptr<Policy>(SchedulerView& view)>;

  // Requires a view of one CPU with groups.
  GroupScheduler(SchedulerView& view, const MakeLevel& make);
  ~GroupScheduler() override;

  void join(Entity& entity, Instant now) override;
  void leave(Entity& entity, Instant now) override;
  CpuId select_cpu(const Entity& entity, Instant now) override;
  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant now) override;
  Entity* pick_next(CpuId cpu, Instant now) override;
  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override;
  void blocked(CpuId cpu, Entity& entity, Instant now) override;
  bool should_preempt(CpuId cpu, const Entity& running, Instant now) const override;
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;
  Duration slice_of(const Entity& entity) const override;
  void attributes_changed(Entity& entity, Instant now) override;
  void timer(std::uint64_t cookie, Instant now) override;
  void detach(Entity& entity, Instant now) override;
  void attach(Entity& entity, Instant now) override;
  const Entity* peek(CpuId cpu, std::size_t k) const override;
  bool is_held_back(const Entity& entity) const override;
  bool is_delayed(const Entity& entity) const override;

 private:
  struct Level;

  Level& level_of(const Entity& thread);
  const Level& level_of(const Entity& thread) const;
  // The group that stands behind an entity; null: it is a thread.
  Level* group_behind(const Entity& entity);
  const Level* group_behind(const Entity& entity) const;

  void enter(Entity& entity, EnqueueReason why, Instant now);
  void move_to_its_group(Entity& entity, Instant now);
  void ran_out(Level& level, Instant now);
  void add_load(Level& level, Entity& entity);
  void remove_load(Level& level, Entity& entity);

  // Of groups among their siblings.
  void put_back(Level& level, Instant now);
  void raise(Level& level, Instant now);
  void lower(Level& level, Instant now);
  void reweigh(Level& level, Instant now);

  // Quotas.
  bool has_quota(Level& level, Instant now);
  bool is_throttled_now(Level& level, Instant now);
  void give_back_quota(Level& level, Instant now);
  void unthrottled(Level& level, Instant now);

  SchedulerView& view_;
  TaskGroups& groups_;
  CpuId cpu_;
  std::deque<Level> levels_;  // by group
};

// The policy that `make` makes for the view, or, where that is of one CPU with groups, one of these for each group.
std::unique_ptr<Policy> with_groups(SchedulerView& view, const GroupScheduler::MakeLevel& make);

}  // namespace signalbox
