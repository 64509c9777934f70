#include "kernel/sched/balance/domains.hpp"

#include <map>

namespace signalbox {
namespace {

CpuId cpu_at(unsigned index) { return CpuId(static_cast<CpuId::Value>(index)); }

// The CPUs by a key that those of one group share, groups numbered by their lowest CPU; and the group of each CPU.
template <class KeyOf>
std::vector<CpuMask> grouped(const Topology& topology, KeyOf key_of, std::vector<std::size_t>& group_of) {
  std::vector<CpuMask> groups;
  std::map<unsigned, std::size_t> numbers;
  group_of.clear();
  for (unsigned index = 0; index < topology.cpu_count(); ++index) {
    const auto [place, is_new] = numbers.try_emplace(key_of(topology.place(cpu_at(index))), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].set(cpu_at(index));
    group_of.push_back(place->second);
  }
  return groups;
}

}  // namespace

Domains::Domains(const Topology& topology) : of_cpu_(topology.cpu_count()) {
  const auto core = [](const CpuPlace& place) { return unsigned{place.core}; };
  const auto cache = [](const CpuPlace& place) { return unsigned{place.llc}; };
  const auto node = [](const CpuPlace& place) { return unsigned{place.node.value()}; };
  cores_ = grouped(topology, core, core_of_);
  caches_ = grouped(topology, cache, cache_of_);
  for (const CpuMask& cpus : caches_) cache_sizes_.push_back(cpus.count());
  add_level(topology, core);
  has_smt_ = !domains_.empty();
  for (Domain& domain : domains_) domain.shares_core = true;
  add_level(topology, cache);
  add_level(topology, node);
  add_level(topology, [](const CpuPlace&) { return 0U; });
  for (unsigned index = 1; index < topology.cpu_count(); ++index) {
    is_asymmetric_ |= topology.place(cpu_at(index)).capacity != topology.place(cpu_at(0)).capacity;
  }
}

CpuMask Domains::group_of(const Domain& domain, CpuId cpu) const {
  CpuMask group;
  group.set(cpu);
  for (const unsigned index : of(cpu)) {
    if (&domains_[index] == &domain) break;
    group = domains_[index].cpus;
  }
  return group;
}

template <class KeyOf>
void Domains::add_level(const Topology& topology, KeyOf key_of) {
  std::vector<std::size_t> group_of;
  for (const CpuMask& cpus : grouped(topology, key_of, group_of)) {
    const CpuRange range = cpus.range();
    const std::vector<unsigned>& inner = of_cpu_[range.first];
    const unsigned weight = cpus.count();
    if (weight == (inner.empty() ? 1 : domains_[inner.back()].weight)) continue;
    cpus.for_each(range, [&](CpuId cpu) { of_cpu_[cpu.value()].push_back(static_cast<unsigned>(domains_.size())); });
    domains_.push_back({.cpus = cpus, .range = range, .weight = weight, .last_balance = {}});
  }
}

}  // namespace signalbox
