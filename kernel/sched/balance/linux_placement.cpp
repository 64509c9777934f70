// Where a thread goes that wakes up or is new: the first half of LinuxDomains.
#include <algorithm>

#include "kernel/sched/balance/linux_domains.hpp"
#include "kernel/sched/balance/placement.hpp"
#include "kernel/sched/class_rank.hpp"

namespace signalbox {
namespace {

// The first of those offered that come after a CPU, else the first of all (for_each_cpu_wrap).
class FirstAfter {
 public:
  explicit FirstAfter(CpuId cpu) : cpu_(cpu) {}

  void offer(CpuId cpu) {
    std::optional<CpuId>& place = cpu > cpu_ ? after_ : before_;
    if (!place) place = cpu;
  }
  std::optional<CpuId> found() const { return after_ ? after_ : before_; }

 private:
  CpuId cpu_;
  std::optional<CpuId> after_;
  std::optional<CpuId> before_;
};

}  // namespace

CpuId LinuxDomains::select_cpu(const Entity& entity, Instant now) {
  has_idle_class_ |= entity.attributes.sched_class == SchedClass::idle;
  const Entity* const waker = queues_.waker();
  const bool is_new = RunQueues::is_new(entity);
  if (is_new) history_.forget(entity.id, waker == nullptr ? entity.cpu : waker->cpu);
  if (is_realtime(entity.attributes)) {
    if (const auto cpu = least_urgent(entity)) return *cpu;
    return home_cpu(queues_, entity);
  }
  if (!is_new && waker != nullptr) history_.record(waker->id, entity.id, now);
  return is_new ? select_new(entity) : select_fair(entity);
}

// fair.c, select_task_rq_fair, its fast path. What a timer wakes is woken on the CPU that it ran on.
CpuId LinuxDomains::select_fair(const Entity& entity) {
  const CpuId last = entity.cpu;
  const Entity* const waker = queues_.waker();
  CpuId target = last;
  const bool is_affine = waker != nullptr && waker->cpu != last && allows(entity, waker->cpu) &&
                         !history_.is_wide(waker->id, entity.id, domains_.cache_size(waker->cpu));
  if (is_affine) target = wake_affine(entity, waker->cpu, last);
  if (const IdleCpu idle = idle_sibling(entity, target)) return *idle;
  return allows(entity, target) ? target : least_loaded(queues_.affinities().mask(entity.affinity));
}

// fair.c, wake_affine_idle and wake_affine_weight.
CpuId LinuxDomains::wake_affine(const Entity& entity, CpuId waker, CpuId last) const {
  if (is_idle(last)) return last;
  const std::uint64_t own_load = std::uint64_t{entity.weight} * CpuPlace::full_capacity / capacity(waker);
  const std::uint64_t load_here = scaled_load(queues_.of(waker)) + own_load;
  // sd->imbalance_pct of the smallest domain of both: half of what it allows, in favour of where it was.
  const std::uint64_t percent = domains_.core(waker).has(last) ? 105 : 108;
  return load_here * 100 < scaled_load(queues_.of(last)) * percent ? waker : last;
}

// Idle, or as good as (sched_idle_cpu): all that is there is of SCHED_IDLE.
bool LinuxDomains::is_free(CpuId cpu) const {
  if (!has_idle_class_ || is_idle(cpu)) return is_idle(cpu);
  const Entity* const running = queues_.running(cpu);
  if (running == nullptr || running->attributes.sched_class != SchedClass::idle) return false;
  const Queue queue = queues_.of(cpu);
  const auto is_other = [](const Entity& entity) { return entity.attributes.sched_class != SchedClass::idle; };
  return queues_.find_waiting(queue, queues_.waiting(queue), is_other) == nullptr;
}

bool LinuxDomains::is_core_idle(CpuId cpu) const {
  const CpuMask core = domains_.core(cpu) & queues_.online();
  return (core & queues_.idle()) == core;
}

// fair.c, select_idle_sibling: the target, where it ran last, where it ran before that, then what else shares the
// target's cache.
LinuxDomains::IdleCpu LinuxDomains::idle_sibling(const Entity& entity, CpuId target) {
  const bool is_asymmetric = domains_.is_asymmetric();
  const auto suits = [&](CpuId cpu) {
    return allows(entity, cpu) && is_free(cpu) && (!is_asymmetric || fits(entity, cpu));
  };
  if (suits(target)) return target;
  const CpuId last = entity.cpu;
  const auto is_other = [&](CpuId cpu) { return cpu != target && domains_.share_cache(cpu, target); };
  if (is_other(last) && suits(last)) return last;
  const CpuId recent = history_.exchange_recent_cpu(entity.id, last);
  if (recent != last && is_other(recent) && suits(recent)) return recent;
  if (is_asymmetric) return idle_of_capacity(entity, target);
  return idle_of_cache(entity, target);
}

// fair.c, select_idle_cpu, select_idle_core and select_idle_smt: a CPU of a wholly idle core; without one, an idle
// sibling of where it ran last; without that, any.
LinuxDomains::IdleCpu LinuxDomains::idle_of_cache(const Entity& entity, CpuId target) const {
  CpuMask candidates = domains_.cache(target) & queues_.affinities().mask(entity.affinity);
  if (!has_idle_class_) candidates = candidates & queues_.idle();
  FirstAfter any(target);
  FirstAfter whole(target);
  candidates.for_each(queues_.range(), [&](CpuId cpu) {
    if (!is_free(cpu)) return;
    any.offer(cpu);
    if (domains_.has_smt() && is_core_idle(cpu)) whole.offer(cpu);
  });
  if (whole.found() || !domains_.has_smt() || !domains_.share_cache(entity.cpu, target)) {
    return whole.found() ? whole.found() : any.found();
  }
  IdleCpu sibling;
  (candidates & domains_.core(entity.cpu)).for_each(queues_.range(), [&](CpuId cpu) {
    if (!sibling && cpu != entity.cpu && is_free(cpu)) sibling = cpu;
  });
  return sibling ? sibling : any.found();
}

// fair.c, select_idle_capacity: from `first` on, the first idle CPU it fits, else the biggest idle one.
LinuxDomains::IdleCpu LinuxDomains::idle_of_capacity(const Entity& entity, CpuId first) const {
  IdleCpu fitting;
  IdleCpu biggest;
  const auto look = [&](CpuId cpu) {
    if (!is_free(cpu)) return;
    if (!fitting && fits(entity, cpu)) fitting = cpu;
    if (!biggest || capacity(cpu) > capacity(*biggest)) biggest = cpu;
  };
  const CpuMask& allowed = queues_.affinities().mask(entity.affinity);
  allowed.for_each(queues_.range(), [&](CpuId cpu) {
    if (cpu >= first) look(cpu);
  });
  allowed.for_each(queues_.range(), [&](CpuId cpu) {
    if (cpu < first) look(cpu);
  });
  return fitting ? fitting : biggest;
}

// What nobody made goes to the first idle CPU, or the least loaded one.
CpuId LinuxDomains::select_new(const Entity& entity) const {
  if (const Entity* const maker = queues_.waker()) {
    const CpuId found = spread(entity, maker->cpu);
    return allows(entity, found) ? found : least_loaded(queues_.affinities().mask(entity.affinity));
  }
  if (domains_.is_asymmetric()) {
    if (const IdleCpu fitting = idle_of_capacity(entity, CpuId())) return *fitting;
  }
  if (const IdleCpu idle = idle_cpu(queues_, entity)) return *idle;
  return least_loaded(queues_.affinities().mask(entity.affinity));
}

// fair.c, sched_balance_find_dst_cpu: from the widest domain inwards, into another group where that has more to spare.
CpuId LinuxDomains::spread(const Entity& entity, CpuId from) const {
  CpuId cpu = from;
  std::size_t level = domains_.of(cpu).size();
  while (level-- > 0) {
    const CpuId found = idlest_cpu(entity, domains_.all()[domains_.of(cpu)[level]], cpu);
    if (found == cpu) continue;
    const unsigned weight = domains_.all()[domains_.of(cpu)[level]].weight;
    cpu = found;
    level = 0;
    for (const unsigned index : domains_.of(cpu)) level += domains_.all()[index].weight < weight ? 1U : 0U;
  }
  return cpu;
}

// Loads are added up only where nobody idles, for they cost a look at each CPU.
LinuxDomains::Spare LinuxDomains::spare_of(const CpuMask& group) const {
  const CpuMask online = group & queues_.online();
  Spare spare{.cpus = online.count(), .idle_cpus = (online & queues_.idle()).count()};
  if (spare.cpus == 0 || spare.idle_cpus != 0) return spare;
  std::uint64_t load = 0;
  std::uint64_t group_capacity = 0;
  std::size_t ready = 0;
  online.for_each(queues_.range(), [&](CpuId cpu) {
    const Queue queue = queues_.of(cpu);
    load += queues_.load(queue);
    group_capacity += capacity(cpu);
    ready += queues_.waiting(queue) + queues_.running(queue);
  });
  spare.load = load * CpuPlace::full_capacity / group_capacity;
  spare.kind = ready <= spare.cpus ? Spare::Kind::busy : Spare::Kind::over;
  return spare;
}

// fair.c, update_pick_idlest.
bool LinuxDomains::Spare::is_better(const Spare& other) const {
  if (kind != other.kind) return kind < other.kind;
  return kind == Kind::has_spare ? idle_cpus > other.idle_cpus : load < other.load;
}

// fair.c, sched_balance_find_dst_group and sched_balance_find_dst_group_cpu: `here` if no other group of the domain has
// clearly more to spare than its own.
CpuId LinuxDomains::idlest_cpu(const Entity& entity, const Domain& domain, CpuId here) const {
  const CpuMask allowed = domain.cpus & queues_.affinities().mask(entity.affinity);
  const bool is_smallest = &domain == &domains_.all()[domains_.of(here).front()];
  if (is_smallest) return idlest_neighbour(allowed, here);
  CpuMask left = domain.cpus;
  Spare own;
  Spare best;
  CpuMask best_group;
  left.for_each(domain.range, [&](CpuId cpu) {
    if (!left.has(cpu)) return;
    const CpuMask group = domains_.group_of(domain, cpu);
    group.for_each(domain.range, [&](CpuId member) { left.clear(member); });
    if (!group.lowest_in(allowed, domain.range)) return;
    const Spare spare = spare_of(group);
    if (group.has(here)) {
      own = spare;
    } else if (best.cpus == 0 || spare.is_better(best)) {
      best = spare;
      best_group = group;
    }
  });
  if (best.cpus == 0 || (own.cpus != 0 && !is_worth_leaving(own, best))) return here;
  const CpuMask candidates = best_group & allowed;
  if (const IdleCpu idle = free_cpu(candidates, here)) return *idle;
  return least_loaded(candidates);
}

// The same where each group is a CPU.
CpuId LinuxDomains::idlest_neighbour(const CpuMask& allowed, CpuId here) const {
  if (allowed.has(here) && is_idle(here)) return here;
  if (const IdleCpu idle = free_cpu(allowed, here)) return *idle;
  const auto spare_of_one = [&](CpuId cpu) {
    const Queue queue = queues_.of(cpu);
    const Spare::Kind kind = is_overloaded(queue) ? Spare::Kind::over : Spare::Kind::busy;
    return Spare{.kind = kind, .cpus = 1, .load = scaled_load(queue)};
  };
  IdleCpu best;
  Spare most;
  allowed.for_each(queues_.range(), [&](CpuId cpu) {
    if (cpu == here) return;
    const Spare spare = spare_of_one(cpu);
    if (best && !spare.is_better(most)) return;
    best = cpu;
    most = spare;
  });
  const bool stays = !best || (allowed.has(here) && !is_worth_leaving(spare_of_one(here), most));
  return stays ? here : *best;
}

LinuxDomains::IdleCpu LinuxDomains::free_cpu(const CpuMask& among, CpuId after) const {
  FirstAfter first(after);
  (has_idle_class_ ? among : among & queues_.idle()).for_each(queues_.range(), [&](CpuId cpu) {
    if (is_free(cpu)) first.offer(cpu);
  });
  return first.found();
}

bool LinuxDomains::is_worth_leaving(const Spare& own, const Spare& other) {
  constexpr std::uint64_t percent = 117;                          // topology.c, imbalance_pct
  constexpr std::uint64_t margin = 1024 * (percent - 100) / 100;  // of a thread's weight at nice 0
  if (own.kind != other.kind) return own.kind > other.kind;
  if (own.kind == Spare::Kind::has_spare) return other.idle_cpus > own.idle_cpus;
  return other.load < own.load + margin && own.load * 100 > other.load * percent;
}

CpuId LinuxDomains::least_loaded(const CpuMask& among) const {
  std::optional<CpuId> least;
  among.for_each(queues_.range(), [&](CpuId cpu) {
    if (!least || scaled_load(queues_.of(cpu)) < scaled_load(queues_.of(*least))) least = cpu;
  });
  return *least;
}

}  // namespace signalbox
