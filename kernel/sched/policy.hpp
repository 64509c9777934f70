#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/base/ids.hpp"
#include "kernel/base/prng.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sched/cpu_mask.hpp"
#include "kernel/sched/entity.hpp"
#include "kernel/sched/task_groups.hpp"
#include "kernel/sched/topology.hpp"

namespace signalbox {

// Why an entity enters a run queue.
enum class EnqueueReason : std::uint8_t {
  created,    // it never ran
  woken,      // it waited for something that has come
  preempted,  // it ran and would have gone on: its slice ended, or somebody was preferred
  yielded,    // it ran and asked to be put behind others (sched_yield(2))
  changed,    // its attributes or affinity changed while it was queued
};

enum class Verdict : std::uint8_t { keep, preempt };

// How a policy asks for a CPU's attention (sched_ext's scx_bpf_kick_cpu).
enum class Kick : std::uint8_t {
  idle,     // if the CPU is idle, let it pick
  preempt,  // put back what runs there and let the CPU pick
};

// What a policy may see and ask of the machine. Everything it says holds at the instant of the policy's call.
class SchedulerView {
 public:
  virtual const Topology& topology() const = 0;
  virtual const AffinityTable& affinities() const = 0;
  // Who runs on `cpu`, or null if it is idle.
  virtual const Entity* running(CpuId cpu) const = 0;
  // Who wakes, creates or changes somebody now; null: a timer.
  virtual const Entity* waker() const = 0;
  // Takes effect when the current call of the policy has returned.
  virtual void kick(CpuId cpu, Kick kick) = 0;
  // The CPUs that this policy cares for: all of the machine's, unless each set of them has run queues of its own
  // (clustered_policy.hpp).
  virtual CpuMask cpus() const { return CpuMask::first(topology().cpu_count()); }
  // The groups that entities may be in; null if there is none but the root.
  virtual TaskGroups* groups() { return nullptr; }
  // Calls the policy's timer(cookie) at `when`, which lies in the future; never called off. What waits for a timer
  // alone keeps a run going, so arm one only while it has something to do.
  virtual void set_timer(Instant when, std::uint64_t cookie) = 0;
  // Entities that were held back may run again, and no call of the policy told anybody.
  virtual void note_released(Instant now) { static_cast<void>(now); }

 protected:
  ~SchedulerView() = default;
};

// Orders the ready entities of one machine. A policy never sees a thread, a process or a host address; it decides in
// integers, breaks ties by entity id, and draws randomness only from the stream it was made with.
//
// Who calls what when (the machine calls, always between two instants of the emulated CPUs, never re-entrantly):
//
//   join -> [ select_cpu, enqueue -> ( dequeue | pick_next -> account... -> enqueue | blocked ) ]... -> leave
//
// - A thread is created or wakes:      select_cpu, enqueue(created | woken). If the chosen CPU is idle, it picks, at
//                                      once or when all who wake at this instant have been enqueued. If it is busy,
//                                      account(running), then should_preempt decides; on preempt the running one comes
//                                      back by enqueue(preempted) and the CPU picks. What the running one is not yet
//                                      accounted when select_cpu and enqueue are called, the policy must add.
// - A CPU has nothing to run:          pick_next. The answer has left the queue and runs. Null: the CPU idles until
//                                      select_cpu or kick names it, or, where idle_looks_again(), others choose.
// - A stretch ends, for any reason:    account(ran) first. Then enqueue(preempted | yielded), or blocked, or leave.
// - A policy wants to be asked:        next_decision is read after each pick_next and each decide that kept; at that
//                                      instant come account and decide. With a machine that ticks, decisions wait for
//                                      the next tick, as in a real kernel.
// - Attributes or affinity change:     a queued entity is dequeued, changed, and enqueued(changed); for a running or
//                                      waiting one attributes_changed is called alone.
// - An entity is killed while queued:  it stays queued, and exits when it is picked.
// - The policy kicked a CPU:           the machine serves the kick after the call in which it was asked for, whatever
//                                      that was: an idle CPU that was kicked waits for it and is not selected again.
// - A timer of the policy is due:      timer, after which kicks are served as after any call. What runs is not
//                                      accounted before it, as at a wakeup.
// - An entity changes its run queue:   where each CPU has queues of its own (clustered_policy.hpp), detach tells the
//                                      old one and attach the new one, both between dequeue or blocked and enqueue.
// - A CPU goes offline:                cpu_changed; then what runs there comes back by enqueue(changed) elsewhere.
// - A CPU comes online:                cpu_changed; then it picks.
// - The machine ends:                  the policy is destroyed before the entities, which may still be queued.
//
// An entity is queued at most once, on one CPU's behalf; a policy with one queue for all CPUs ignores on whose.
class Policy {
 public:
  Policy() = default;
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;
  virtual ~Policy() = default;

  // The entity is new to this policy, and neither queued nor running. Its attributes are set.
  virtual void join(Entity& entity, Instant now) = 0;
  // It exits or changes policy; it is neither queued nor running.
  virtual void leave(Entity& entity, Instant now) = 0;

  // Which CPU, among those its affinity allows, should care for an entity about to be enqueued as created or woken:
  // an idle one if there is one, else the one whose running entity it would displace, else any.
  virtual CpuId select_cpu(const Entity& entity, Instant now) = 0;
  virtual void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) = 0;
  // Leaves its queue without running.
  virtual void dequeue(Entity& entity, Instant now) = 0;
  // Takes the next entity for `cpu` out of the queue; only one whose affinity allows `cpu`. Null: nothing for it.
  virtual Entity* pick_next(CpuId cpu, Instant now) = 0;

  // Whether an idle CPU may find somebody who was not queued on its behalf, so that it has to look again whenever
  // another one does. Never changes.
  virtual bool idle_looks_again() const { return true; }

  // `entity` ran on `cpu` for `ran` since it was picked or last accounted. Called at every end of a stretch and before
  // every decide and should_preempt.
  virtual void account(CpuId cpu, Entity& entity, Duration ran, Instant now) = 0;
  // The entity that ran on `cpu` waits now; it will come back by enqueue(woken).
  virtual void blocked(CpuId cpu, Entity& entity, Instant now) = 0;
  // The entity that ran on `cpu`, or that is delayed (see below), stands for a group that has nothing to run with: it
  // waits as after blocked, but does not compete while it does.
  virtual void throttled(CpuId cpu, Entity& entity, Instant now) { blocked(cpu, entity, now); }
  // A thread woke up in the group for which this queued entity stands.
  virtual void woken_within(Entity& /*group*/) {}

  // Somebody became ready on behalf of `cpu`: should `running` give way at once?
  virtual bool should_preempt(CpuId cpu, const Entity& running, Instant now) const = 0;
  // The instant of next_decision, or a tick, has come: may `running` go on? Keeping starts a new slice.
  virtual Verdict decide(CpuId cpu, Entity& running, Instant now) = 0;
  // When the policy next wants decide() if nothing else happens; Instant::max(): never.
  virtual Instant next_decision(CpuId cpu, const Entity& running, Instant now) const = 0;

  // The slice that ends the turn of `entity` while its like wait, counted from its beginning
  // (sched_rr_get_interval(2)); zero: no slice ends it.
  virtual Duration slice_of(const Entity& entity) const {
    static_cast<void>(entity);
    return {};
  }

  virtual void attributes_changed(Entity& entity, Instant now) {
    static_cast<void>(entity);
    static_cast<void>(now);
  }

  // `cpu` went offline or came online; what affinities allow has changed with it. A policy that ties entities to CPUs
  // moves those that wait where no CPU that is allowed to them looks. An offline CPU is not asked to pick.
  virtual void cpu_changed(CpuId cpu, Instant now) {
    static_cast<void>(cpu);
    static_cast<void>(now);
  }

  // The absolute deadline by which it orders the entity, for locks that inherit; Instant::max() if it has none.
  virtual Instant deadline_of(const Entity& entity) const {
    static_cast<void>(entity);
    return Instant::max();
  }

  // What set_timer asked for.
  virtual void timer(std::uint64_t cookie, Instant now) {
    static_cast<void>(cookie);
    static_cast<void>(now);
  }

  // The entity goes to another instance of this policy, which cares for other CPUs; it is neither queued nor running,
  // though it may have run until now. What its state holds relative to this instance must stand by itself.
  virtual void detach(Entity& entity, Instant now) {
    static_cast<void>(entity);
    static_cast<void>(now);
  }
  // It comes from another instance.
  virtual void attach(Entity& entity, Instant now) {
    static_cast<void>(entity);
    static_cast<void>(now);
  }

  // It is queued, but may not run before something else than its turn has come, such as a new quota of its group. A
  // balancer does not move it.
  virtual bool is_held_back(const Entity& entity) const {
    static_cast<void>(entity);
    return false;
  }

  // It waits, but competes with those in its queue, and wakes up there.
  virtual bool is_delayed(const Entity& entity) const {
    static_cast<void>(entity);
    return false;
  }

  // The entity that would be picked k-th from now (0 = next) on `cpu`, if that is known cheaply. A hint.
  virtual const Entity* peek(CpuId cpu, std::size_t k) const {
    static_cast<void>(cpu);
    static_cast<void>(k);
    return nullptr;
  }
};

}  // namespace signalbox
