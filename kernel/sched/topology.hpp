#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"

namespace signalbox {

// Where a CPU sits and how fast it is.
struct CpuPlace {
  std::uint16_t core = 0;                  // CPUs of one core are SMT siblings
  std::uint16_t llc = 0;                   // CPUs that share a last-level cache
  NodeId node;                             // NUMA node
  std::uint16_t capacity = full_capacity;  // speed relative to the fastest CPU, as in Linux' arch_scale_cpu_capacity

  static constexpr std::uint16_t full_capacity = 1024;
};

// The CPUs of a machine. What a CPU of capacity c computes takes 1024 / c times as long.
class Topology {
 public:
  // `count` equal CPUs, each a core of its own, sharing one cache.
  static Topology uniform(unsigned count);
  explicit Topology(std::vector<CpuPlace> places) : places_(std::move(places)) {}

  unsigned cpu_count() const { return static_cast<unsigned>(places_.size()); }
  const CpuPlace& place(CpuId cpu) const { return places_[cpu.value()]; }
  // What `cpu` computes in `ran`, as the time that a CPU of full capacity would take for it.
  Duration work(CpuId cpu, Duration ran) const {
    const std::uint16_t capacity = place(cpu).capacity;
    return capacity == CpuPlace::full_capacity ? ran : ran * capacity / CpuPlace::full_capacity;
  }

 private:
  std::vector<CpuPlace> places_;
};

}  // namespace signalbox
