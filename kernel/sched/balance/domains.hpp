#pragma once

#include <vector>

#include "kernel/sched/run_queues.hpp"

namespace signalbox {

// A set of CPUs over which Linux balances: those of a core, of a last-level cache, of a node, or all.
struct Domain {
  CpuMask cpus;
  CpuRange range;
  unsigned weight = 0;       // CPUs
  bool shares_core = false;  // a migration within it leaves all caches warm
  Instant last_balance;
  unsigned failed = 0;  // times in a row that balancing found nothing to move
  Instant cold_from{};  // until then, all fair threads that wait in it ran too lately to be moved
};

// The scheduling domains of a machine (kernel/sched/topology.c, sched_init_domains): the levels at which a CPU has
// neighbours, from its core outward. A level that adds no CPU is left out, as in the kernel.
class Domains {
 public:
  explicit Domains(const Topology& topology);

  std::vector<Domain>& all() { return domains_; }
  const std::vector<Domain>& all() const { return domains_; }
  // The domains that hold `cpu`, the smallest first, by their index in all().
  const std::vector<unsigned>& of(CpuId cpu) const { return of_cpu_[cpu.value()]; }
  // The CPUs that share its core, and its last-level cache; itself included.
  const CpuMask& core(CpuId cpu) const { return cores_[core_of_[cpu.value()]]; }
  const CpuMask& cache(CpuId cpu) const { return caches_[cache_of_[cpu.value()]]; }
  unsigned cache_size(CpuId cpu) const { return cache_sizes_[cache_of_[cpu.value()]]; }
  // The part of `domain` that it is balanced with: the next smaller domain of `cpu`, or that CPU alone.
  CpuMask group_of(const Domain& domain, CpuId cpu) const;
  bool share_cache(CpuId a, CpuId b) const { return cache_of_[a.value()] == cache_of_[b.value()]; }
  bool has_smt() const { return has_smt_; }
  bool is_asymmetric() const { return is_asymmetric_; }

 private:
  template <class KeyOf>
  void add_level(const Topology& topology, KeyOf key_of);

  std::vector<Domain> domains_;
  std::vector<std::vector<unsigned>> of_cpu_;
  std::vector<CpuMask> cores_;
  std::vector<CpuMask> caches_;
  std::vector<unsigned> cache_sizes_;
  std::vector<std::size_t> core_of_;
  std::vector<std::size_t> cache_of_;
  bool has_smt_ = false;
  bool is_asymmetric_ = false;
};

}  // namespace signalbox
