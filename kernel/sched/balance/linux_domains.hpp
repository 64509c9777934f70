#pragma once

#include <optional>
#include <vector>

#include "kernel/sched/balance/domains.hpp"
#include "kernel/sched/balance/wake_history.hpp"
#include "kernel/sched/balancer.hpp"

namespace signalbox {

// Linux 6.12's balancing (kernel/sched/fair.c, rt.c, deadline.c, topology.c), as far as it can be decided from what is
// ready, what runs, and the averages of utilisation:
//
// - A fair thread wakes where it ran or, unless too many wake each other (wake_wide), where its waker runs
//   (wake_affine), and on an idle CPU of that CPU's last-level cache if there is one, a wholly idle core first
//   (select_idle_sibling); on CPUs of different capacities, on an idle one that it fits (select_idle_capacity). A CPU
//   that has SCHED_IDLE threads alone counts as idle for it. A new one goes where most CPUs idle, from the widest
//   domain inwards (sched_balance_find_dst_cpu).
// - A CPU that runs out of work pulls one thread from the busiest queue of its smallest domain that has any
//   (sched_balance_newidle), if more are there than its CPUs run.
// - Each domain is balanced every `weight` ms, 16 times as seldom when no CPU of it idles (sched_balance_domains), once
//   the busiest load exceeds the least by 17 %: at most what brings neither across the average, twice as much after
//   each failure. Threads that ran within 0.5 ms are left alone, unless that failed twice. Where nobody who waits may
//   go to the least busy CPU, the next busiest one gives, or the next least busy one takes (LBF_ALL_PINNED).
// - A thread that no longer fits the CPU it runs on moves to a bigger idle one (misfit).
// - Real-time and deadline threads go where the least urgent runs, pushed when they have to wait, pulled when a CPU is
//   about to run somebody less urgent.
//
// Differences: loads are weights of the moment, not PELT averages; no wake-up is synchronous (WF_SYNC); a wake-up looks
// at all CPUs of a cache, however busy they are (SIS_UTIL); no NUMA balancing.
class LinuxDomains final : public Balancer {
 public:
  explicit LinuxDomains(RunQueues& queues);

  CpuId select_cpu(const Entity& entity, Instant now) override;
  void before_pick(CpuId cpu, Instant now) override;
  void newly_idle(CpuId cpu, Instant now) override;
  void queued(Entity& entity, Instant now) override;
  void cpus_changed() override;
  void timer(Instant now) override;

 private:
  using IdleCpu = std::optional<CpuId>;

  bool allows(const Entity& entity, CpuId cpu) const { return queues_.affinities().allows(entity.affinity, cpu); }
  bool is_idle(CpuId cpu) const { return queues_.idle().has(cpu); }
  unsigned capacity(CpuId cpu) const { return queues_.topology().place(cpu).capacity; }
  bool fits(const Entity& entity, CpuId cpu) const;
  // A queue's load on CPUs of full capacity.
  std::uint64_t scaled_load(Queue queue) const;
  // More are there than its CPUs run or are about to: a wake-up may be on its way to an idle one (fair.c,
  // sched_balance_find_src_group: with one task, nobody waits to run).
  bool is_overloaded(Queue queue) const {
    return queues_.waiting(queue) + queues_.running(queue) > online_cpus_[queue];
  }

  // Wake-up placement.
  CpuId select_fair(const Entity& entity);
  CpuId wake_affine(const Entity& entity, CpuId waker, CpuId last) const;
  bool is_free(CpuId cpu) const;
  bool is_core_idle(CpuId cpu) const;
  IdleCpu idle_sibling(const Entity& entity, CpuId target);
  IdleCpu idle_of_cache(const Entity& entity, CpuId target) const;
  IdleCpu idle_of_capacity(const Entity& entity, CpuId first) const;
  CpuId least_loaded(const CpuMask& among) const;

  // What a group of CPUs has to spare for a new thread.
  struct Spare {
    enum class Kind : std::uint8_t { has_spare, busy, over };  // a CPU idles; none does; some have to wait

    bool is_better(const Spare& other) const;

    Kind kind = Kind::has_spare;
    unsigned cpus = 0;
    unsigned idle_cpus = 0;
    std::uint64_t load = 0;  // a CPU of full capacity, unless there is one to spare
  };
  CpuId select_new(const Entity& entity) const;
  CpuId spread(const Entity& entity, CpuId from) const;
  CpuId idlest_cpu(const Entity& entity, const Domain& domain, CpuId here) const;
  CpuId idlest_neighbour(const CpuMask& allowed, CpuId here) const;
  Spare spare_of(const CpuMask& group) const;
  IdleCpu free_cpu(const CpuMask& among, CpuId after) const;
  static bool is_worth_leaving(const Spare& own, const Spare& other);

  // Real-time classes.
  std::optional<CpuId> least_urgent(const Entity& entity) const;
  void push(Entity& entity, Instant now);

  // Load balancing.
  void arm(Instant now);
  struct QueueLoad {
    std::uint64_t load;
    Queue queue;

    auto operator<=>(const QueueLoad&) const = default;
  };
  enum class Pull : std::uint8_t { moved, failed, pinned, balanced };
  void balance(Domain& domain, Instant now);
  void weigh(const Domain& domain);
  Pull pull_one(Domain& domain, Instant now);
  Pull pull_to(Domain& domain, const QueueLoad& target, Instant now);
  Pull pull(Domain& domain, const QueueLoad& source, const QueueLoad& target, std::uint64_t average, Instant now);
  bool is_pinned(Queue from, Queue to);
  Entity* pullable(const Domain& domain, Queue here, Instant now);
  void move(Entity& entity, Queue to, Instant now);
  void note_cold(const Entity& entity);
  Instant coldest(const Domain& domain, Instant now);
  Entity* movable(const Domain& domain, Queue from, Queue to, std::uint64_t most_weight, Instant now);
  void move_misfits();

  RunQueues& queues_;
  Domains domains_;
  WakeHistory history_;
  bool has_idle_class_ = false;                      // a thread of SCHED_IDLE has been here
  std::vector<unsigned> online_cpus_;                // of the queues
  std::vector<std::uint64_t> capacities_;            // of the queues' CPUs that are online
  std::vector<std::optional<CpuId>> misfit_target_;  // by CPU: where its thread goes when it is put back
  std::vector<QueueLoad> loads_;                     // of the domain that is balanced, in ascending order
  bool is_armed_ = false;
};

}  // namespace signalbox
