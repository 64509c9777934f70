#pragma once

#include <cstddef>
#include <memory>

#include "kernel/base/check.hpp"
#include "kernel/sched/group_scheduler.hpp"

namespace signalbox {

// A group on this CPU (struct cfs_rq), and the entity that stands for it in its parent (struct sched_entity).
struct GroupScheduler::Level final : QuotaUser {
  // What the group's policy sees: who of its own entities runs.
  class View final : public SchedulerView {
   public:
    View(GroupScheduler& scheduler, const Level& level) : machine_(scheduler.view_), level_(level) {}

    const Topology& topology() const override { return machine_.topology(); }
    const AffinityTable& affinities() const override { return machine_.affinities(); }
    const Entity* running(CpuId cpu) const override {
      return machine_.running(cpu) == nullptr ? nullptr : level_.running;
    }
    const Entity* waker() const override { return machine_.waker(); }
    // Whom a level prefers is only half of it: kicks are the scheduler's.
    void kick(CpuId, Kick) override {}
    CpuMask cpus() const override { return machine_.cpus(); }
    void set_timer(Instant, std::uint64_t) override { CHECK(false, "policies of groups set no timers"); }

   private:
    SchedulerView& machine_;
    const Level& level_;
  };
  enum class Place : std::uint8_t { out, queued, running };

  Level(GroupScheduler& scheduler_, TaskGroup& group_, const MakeLevel& make)
      : scheduler(scheduler_), group(group_), view(scheduler_, *this), policy(make(view)) {}
  void unthrottle(Instant now) override { scheduler.unthrottled(*this, now); }

  bool is_limited() const { return group.quota.is_limited(); }

  GroupScheduler& scheduler;
  TaskGroup& group;
  Level* parent = nullptr;  // null: the root
  View view;
  std::unique_ptr<Policy> policy;
  Entity* running = nullptr;  // of its own: a thread, or a group's entity
  std::size_t queued = 0;     // how many of its own are
  std::uint64_t load = 0;     // their weights, and that of the running one
  Entity entity;
  Place place = Place::out;  // of the entity
  bool is_detached = false;  // the entity, from the parent's policy
};

}  // namespace signalbox
