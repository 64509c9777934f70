#include "kernel/sched/balance/linux_domains.hpp"

#include <algorithm>
#include <ranges>

#include "kernel/sched/balance/placement.hpp"
#include "kernel/sched/balance/registry.hpp"
#include "kernel/sched/class_rank.hpp"

namespace signalbox {
namespace {

constexpr std::size_t most_looked_at = 32;        // core.c, sysctl_sched_nr_migrate
constexpr std::uint64_t imbalance_percent = 117;  // topology.c, imbalance_pct
constexpr Duration tick = 4_ms;                   // CONFIG_HZ=250
constexpr Duration hot = 500_us;                  // fair.c, sysctl_sched_migration_cost
constexpr std::int64_t busy_factor = 16;          // topology.c
constexpr unsigned cache_nice_tries = 1;          // topology.c
constexpr unsigned most_allowance = 16;           // of halvings, which is more than any weight has

// fair.c, task_hot: a thread that ran lately is left where its cache is, unless that failed too often.
Instant cold_at(const Entity& entity) { return entity.utilisation.updated() + hot; }
bool heeds_heat(const Domain& domain) { return !domain.shares_core && domain.failed <= cache_nice_tries; }

}  // namespace

LinuxDomains::LinuxDomains(RunQueues& queues)
    : queues_(queues), domains_(queues.topology()), misfit_target_(queues.range().size) {
  LinuxDomains::cpus_changed();
}

void LinuxDomains::cpus_changed() {
  online_cpus_.assign(queues_.count(), 0);
  capacities_.assign(queues_.count(), 0);
  for (Queue queue = 0; queue < queues_.count(); ++queue) {
    const CpuMask online = queues_.cpus(queue) & queues_.online();
    online_cpus_[queue] = online.count();
    online.for_each(queues_.range(queue), [&](CpuId cpu) { capacities_[queue] += capacity(cpu); });
  }
}

// fair.c, fits_capacity: a fifth of the CPU stays free.
bool LinuxDomains::fits(const Entity& entity, CpuId cpu) const {
  return entity.utilisation.value() * 1280U < capacity(cpu) * 1024U;
}

std::uint64_t LinuxDomains::scaled_load(Queue queue) const {
  // One without CPUs is nobody's aim; who waits there has been moved.
  if (capacities_[queue] == 0) return std::uint64_t{1} << 40U;
  return queues_.load(queue) * CpuPlace::full_capacity / capacities_[queue];
}

void LinuxDomains::before_pick(CpuId cpu, Instant now) {
  if (queues_.waiting_realtime() == 0) return;
  // rt.c, pull_rt_task: the most urgent that waits elsewhere, if it is more urgent than whoever waits here.
  const Queue here = queues_.of(cpu);
  Entity* best = nullptr;
  ClassRank rank = fair_rank;
  const auto take_if_better = [&](Entity& entity) {
    const bool is_better = class_rank(entity.attributes) < rank && allows(entity, cpu);
    if (is_better) {
      best = &entity;
      rank = class_rank(entity.attributes);
    }
    return false;
  };
  queues_.find_waiting(here, queues_.waiting(here), take_if_better);
  for (Queue queue = 0; queue < queues_.count(); ++queue) {
    if (queue != here) queues_.find_waiting(queue, queues_.waiting(queue), take_if_better);
  }
  if (best != nullptr && best->run_queue != here) move(*best, here, now);
}

void LinuxDomains::newly_idle(CpuId cpu, Instant now) {
  if (queues_.waiting() == 0) return;
  const Queue here = queues_.of(cpu);
  for (const unsigned index : domains_.of(cpu)) {
    Domain& domain = domains_.all()[index];
    if (heeds_heat(domain) && now < domain.cold_from) continue;
    Entity* const pulled = pullable(domain, here, now);
    if (pulled != nullptr) return move(*pulled, here, now);
    domain.cold_from = coldest(domain, now);
  }
}

// From the queue with the greatest load of those that have one to give.
Entity* LinuxDomains::pullable(const Domain& domain, Queue here, Instant now) {
  Entity* pulled = nullptr;
  std::uint64_t most = 0;
  domain.cpus.for_each(domain.range, [&](CpuId other) {
    const Queue queue = queues_.of(other);
    if (queue == here || !is_overloaded(queue) || scaled_load(queue) <= most) return;
    Entity* const found = movable(domain, queue, here, ~std::uint64_t{0}, now);
    if (found == nullptr) return;
    pulled = found;
    most = scaled_load(queue);
  });
  return pulled;
}

// When the first of those that wait will have been off the CPU long enough; nothing is known of those that are not
// looked at, because they are many or held back.
Instant LinuxDomains::coldest(const Domain& domain, Instant now) {
  Instant first = Instant::max();
  domain.cpus.for_each(domain.range, [&](CpuId cpu) {
    const Queue queue = queues_.of(cpu);
    std::size_t left = queues_.waiting(queue);
    queues_.find_waiting(queue, most_looked_at, [&](const Entity& entity) {
      if (!is_realtime(entity.attributes)) first = std::min(first, cold_at(entity));
      --left;
      return false;
    });
    if (left != 0) first = now;
  });
  return first;
}

void LinuxDomains::move(Entity& entity, Queue to, Instant now) {
  queues_.move(entity, to, now);
  note_cold(entity);
}

// It waits in these domains now.
void LinuxDomains::note_cold(const Entity& entity) {
  const Instant cold = cold_at(entity);
  for (const unsigned index : domains_.of(CpuId(static_cast<CpuId::Value>(queues_.range(entity.run_queue).first)))) {
    Instant& first = domains_.all()[index].cold_from;
    first = std::min(first, cold);
  }
}

void LinuxDomains::queued(Entity& entity, Instant now) {
  arm(now);
  note_cold(entity);
  // Where the one that ran here was meant to go (active balancing), unless somebody took that CPU.
  const std::optional<CpuId> target = std::exchange(misfit_target_[entity.cpu.value()], std::nullopt);
  if (target && is_idle(*target) && allows(entity, *target)) {
    move(entity, queues_.of(*target), now);
    return queues_.kick(*target, Kick::idle);
  }
  if (is_realtime(entity.attributes)) push(entity, now);
}

// rt.c, push_rt_task: who has to wait goes where somebody less urgent runs.
void LinuxDomains::push(Entity& entity, Instant now) {
  const ClassRank rank = class_rank(entity.attributes);
  const Queue here = entity.run_queue;
  const auto goes_first = [&](const Entity& other) {
    return &other != &entity && class_rank(other.attributes) <= rank;
  };
  bool runs_here = false;
  queues_.cpus(here).for_each(queues_.range(here), [&](CpuId cpu) {
    const ClassRank there = class_rank(queues_.running(cpu));
    runs_here |= there > rank && allows(entity, cpu);
  });
  if (runs_here && queues_.find_waiting(here, queues_.waiting(here), goes_first) == nullptr) return;
  const std::optional<CpuId> target = least_urgent(entity);
  if (!target || queues_.of(*target) == here) return;
  move(entity, queues_.of(*target), now);
  queues_.kick(*target, Kick::preempt);
}

// rt.c, find_lowest_rq: among the CPUs with the least urgent thread, its last one, then one that shares its cache, then
// any. Nothing if none is less urgent than itself.
std::optional<CpuId> LinuxDomains::least_urgent(const Entity& entity) const {
  std::optional<CpuId> best;
  ClassRank lowest = class_rank(entity.attributes);
  const auto nearness = [&](CpuId cpu) {
    return cpu == entity.cpu ? 2 : domains_.share_cache(cpu, entity.cpu) ? 1 : 0;
  };
  const CpuMask& allowed = queues_.affinities().mask(entity.affinity);
  allowed.for_each(queues_.range(), [&](CpuId cpu) {
    const ClassRank rank = class_rank(queues_.running(cpu));
    // A CPU that idles may already be on its way to somebody who waits there.
    if (rank == nobody_rank && !is_idle(cpu)) return;
    if (rank < lowest || (rank == lowest && (!best || nearness(cpu) <= nearness(*best)))) return;
    best = cpu;
    lowest = rank;
  });
  return best;
}

void LinuxDomains::arm(Instant now) {
  if (is_armed_) return;
  is_armed_ = true;
  queues_.set_timer(now + (tick - now.since_start() % tick));
}

void LinuxDomains::timer(Instant now) {
  is_armed_ = false;
  bool has_running = false;
  for (Domain& domain : domains_.all()) {
    const bool has_idle = (domain.cpus & queues_.online()).lowest_in(queues_.idle(), domain.range).has_value();
    // A tick less than a multiple, so that domains do not meet for ever (fair.c, get_sd_balance_interval).
    const Duration interval = 1_ms * domain.weight;
    if (now < domain.last_balance + (has_idle ? interval : interval * busy_factor - tick)) continue;
    balance(domain, now);
    domain.last_balance = now;
  }
  if (domains_.is_asymmetric()) move_misfits();
  queues_.affinities().mask(AffinityId()).for_each(queues_.range(), [&](CpuId cpu) {
    has_running |= queues_.running(cpu) != nullptr;
  });
  if (queues_.waiting() != 0 || (has_running && domains_.is_asymmetric())) arm(now);
}

void LinuxDomains::balance(Domain& domain, Instant now) {
  if (queues_.waiting() == 0) return;
  for (std::size_t moved = 0; moved < most_looked_at; ++moved) {
    const Pull pull = pull_one(domain, now);
    if (pull == Pull::failed && moved == 0) ++domain.failed;
    if (pull == Pull::balanced) domain.failed = 0;
    if (pull != Pull::moved) return;
    domain.failed = 0;  // what was allowed after a failure is allowed once
  }
}

void LinuxDomains::weigh(const Domain& domain) {
  loads_.clear();
  (domain.cpus & queues_.online()).for_each(domain.range, [&](CpuId cpu) {
    const Queue queue = queues_.of(cpu);
    loads_.push_back({scaled_load(queue), queue});
  });
  std::ranges::sort(loads_);
}

// Each CPU pulls for itself in the kernel, the least busy ones first here.
LinuxDomains::Pull LinuxDomains::pull_one(Domain& domain, Instant now) {
  weigh(domain);
  Pull answer = Pull::balanced;
  for (const QueueLoad& target : loads_) {
    const Pull pulled = pull_to(domain, target, now);
    if (pulled == Pull::moved) return pulled;
    if (pulled == Pull::balanced) break;  // the others are no less busy
    if (pulled == Pull::failed) answer = pulled;
  }
  return answer;
}

// fair.c, sched_balance_rq: a queue that has nobody to give to this one is no longer part of what is compared.
LinuxDomains::Pull LinuxDomains::pull_to(Domain& domain, const QueueLoad& target, Instant now) {
  std::uint64_t sum = 0;
  std::uint64_t count = loads_.size();
  for (const QueueLoad& each : loads_) sum += each.load;
  bool has_pinned = false;
  for (const QueueLoad& source : std::views::reverse(loads_)) {
    if (source.load * 100 <= target.load * imbalance_percent) break;
    if (!is_overloaded(source.queue)) continue;
    const Pull pulled = pull(domain, source, target, sum / count, now);
    if (pulled == Pull::balanced) break;
    if (pulled != Pull::pinned) return pulled;
    has_pinned = true;
    sum -= source.load;
    --count;
  }
  return has_pinned ? Pull::pinned : Pull::balanced;
}

// At most what brings neither across the average (fair.c, calculate_imbalance). A thread that weighs more goes after a
// failure, when half of it is little enough, and so on (detach_tasks): so three hogs share two CPUs. An idle CPU takes
// any.
LinuxDomains::Pull LinuxDomains::pull(Domain& domain, const QueueLoad& source, const QueueLoad& target,
                                      std::uint64_t average, Instant now) {
  if (source.load <= average || target.load >= average) return Pull::balanced;
  const Queue to = target.queue;
  const bool has_idle = queues_.running(to) < online_cpus_[to];
  const std::uint64_t imbalance = std::min(source.load - average, average - target.load);
  // An exact half is not little enough: the kernel's averages stay below whole weights.
  const std::uint64_t allowed = (imbalance << std::min(domain.failed, most_allowance)) - 1;
  Entity* const entity = movable(domain, source.queue, to, has_idle ? ~std::uint64_t{0} : allowed, now);
  if (entity == nullptr) return is_pinned(source.queue, to) ? Pull::pinned : Pull::failed;
  move(*entity, to, now);
  queues_.kick(cpu_in(queues_, to, *entity), Kick::idle);
  return Pull::moved;
}

// None of those that wait may go there, by affinity or because its group is throttled (LBF_ALL_PINNED).
bool LinuxDomains::is_pinned(Queue from, Queue to) {
  return queues_.find_waiting(from, most_looked_at, [&](const Entity& entity) {
    return !is_realtime(entity.attributes) && queues_.allows(entity, to);
  }) == nullptr;
}

// fair.c, can_migrate_task and detach_tasks: a fair thread that may run there, is not hot, and does not weigh more than
// what is out of balance.
Entity* LinuxDomains::movable(const Domain& domain, Queue from, Queue to, std::uint64_t most_weight, Instant now) {
  const bool is_careful = heeds_heat(domain);
  return queues_.find_waiting(from, most_looked_at, [&](const Entity& entity) {
    if (is_realtime(entity.attributes) || entity.weight > most_weight || !queues_.allows(entity, to)) return false;
    return !is_careful || now >= cold_at(entity);
  });
}

// fair.c, check_misfit_status and active_load_balance_cpu_stop.
void LinuxDomains::move_misfits() {
  const CpuMask& all = queues_.affinities().mask(AffinityId());
  all.for_each(queues_.range(), [&](CpuId cpu) {
    const Entity* const running = queues_.running(cpu);
    if (running == nullptr || is_realtime(running->attributes) || fits(*running, cpu)) return;
    const IdleCpu bigger = idle_of_capacity(*running, cpu);
    if (!bigger || capacity(*bigger) <= capacity(cpu)) return;
    misfit_target_[cpu.value()] = bigger;
    queues_.kick(cpu, Kick::preempt);
  });
}

namespace {

std::unique_ptr<Balancer> make(RunQueues& queues) { return std::make_unique<LinuxDomains>(queues); }

}  // namespace

extern const BalancerRow linux_domains_balancer;
const BalancerRow linux_domains_balancer{
    .name = "linux",
    .summary = "wake-up placement, idle pull and periodic balancing over cores, caches, nodes; real-time push and pull",
    .source = "Linux 6.12 kernel/sched/fair.c, rt.c, topology.c",
    .make = make,
};

}  // namespace signalbox
