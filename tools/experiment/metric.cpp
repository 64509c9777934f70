#include "tools/experiment/metric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tools/metrics/text_cell.hpp"

namespace signalbox {
namespace {

using Value = std::optional<double>;

Value mean(const Distribution& distribution) {
  return distribution.count == 0 ? Value() : static_cast<double>(distribution.mean);
}
Value p99(const Distribution& distribution) {
  return distribution.count == 0 ? Value() : static_cast<double>(distribution.p99);
}

// Of a machine with memory.
template <std::uint64_t MemoryReport::* count>
Value of_memory(const RunReport& run) {
  return run.memory ? Value(static_cast<double>((*run.memory).*count)) : Value();
}

// The same of a TLB that is modelled.
template <std::uint64_t MemoryReport::* count>
Value of_tlb(const RunReport& run) {
  return run.memory && run.memory->has_tlb() ? of_memory<count>(run) : Value();
}

constexpr std::array<Metric, 23> metrics{{
    {"turnaround", "turnaround", Better::less, MetricUnit::nanoseconds, "mean time from arrival to finish",
     [](const RunReport& run) { return mean(run.turnaround); }},
    {"waiting", "waiting", Better::less, MetricUnit::nanoseconds, "mean time ready and not running, a thread",
     [](const RunReport& run) { return mean(run.waiting); }},
    {"response", "response", Better::less, MetricUnit::nanoseconds,
     "mean time from arrival to first run, or to the end of the run",
     [](const RunReport& run) { return mean(run.response); }},
    {"wakeup_latency", "wake-up", Better::less, MetricUnit::nanoseconds,
     "mean time from wake-up to run, or to the end of the run",
     [](const RunReport& run) { return mean(run.wakeup_latency); }},
    {"wakeup_p99", "wake p99", Better::less, MetricUnit::nanoseconds, "99th percentile of the same",
     [](const RunReport& run) { return p99(run.wakeup_latency); }},
    {"deadline_miss_share", "missed", Better::less, MetricUnit::ratio, "deadline_misses as a share of all deadlines",
     [](const RunReport& run) {
       const auto share = [&] { return static_cast<double>(run.deadline_misses) / static_cast<double>(run.deadlines); };
       return run.deadlines == 0 ? Value() : share();
     }},
    {"deadline_misses", "misses", Better::less, MetricUnit::count,
     "deadlines that passed before their activation ended, or by the end of the run",
     [](const RunReport& run) { return run.deadlines == 0 ? Value() : static_cast<double>(run.deadline_misses); }},
    {"fairness", "fairness", Better::more, MetricUnit::ratio,
     "Jain's index of CPU time against what weights entitle to; not measured where task groups count",
     [](const RunReport& run) { return run.fairness_jain; }},
    {"throughput", "finished/s", Better::more, MetricUnit::per_second, "threads finished a second",
     [](const RunReport& run) { return run.finished == 0 ? Value() : run.throughput_per_s; }},
    {"makespan", "makespan", Better::less, MetricUnit::nanoseconds, "first arrival to last finish",
     [](const RunReport& run) { return Value(static_cast<double>(run.makespan.nanoseconds())); }},
    {"utilisation", "CPU busy", Better::more, MetricUnit::ratio, "share of CPU time that was not idle",
     [](const RunReport& run) { return Value(run.cpu.utilisation); }},
    {"switches", "switches", Better::less, MetricUnit::count, "times a thread left a CPU, for whatever reason",
     [](const RunReport& run) {
       return Value(static_cast<double>(run.switches.voluntary + run.switches.involuntary));
     }},
    {"switch_time", "switching", Better::less, MetricUnit::nanoseconds, "CPU time spent in switches",
     [](const RunReport& run) { return Value(static_cast<double>(run.cpu.switching.nanoseconds())); }},
    {"minor_faults", "faults", Better::less, MetricUnit::count, "page faults resolved without a device",
     of_memory<&MemoryReport::minor_faults>},
    {"major_faults", "major", Better::less, MetricUnit::count, "page faults that waited for a device",
     of_memory<&MemoryReport::major_faults>},
    {"tlb_l1_misses", "TLB miss", Better::less, MetricUnit::count, "misses of the first-level TLB",
     of_tlb<&MemoryReport::tlb_l1_misses>},
    {"tlb_misses", "walks", Better::less, MetricUnit::count, "misses of both TLB levels, each a walk",
     of_tlb<&MemoryReport::tlb_misses>},
    {"walk_accesses", "tables", Better::less, MetricUnit::count, "accesses to page tables that walks made",
     of_tlb<&MemoryReport::walk_accesses>},
    {"root_loads", "roots", Better::less, MetricUnit::count, "page-table roots loaded by process switches",
     of_memory<&MemoryReport::root_loads>},
    {"root_flushes", "flushes", Better::less, MetricUnit::count,
     "root loads that made the TLB forget what it knew under the tag", of_memory<&MemoryReport::root_flushes>},
    {"shootdowns", "shoot", Better::less, MetricUnit::count, "CPUs interrupted because another changed their space",
     of_memory<&MemoryReport::shootdowns>},
    {"memory_time", "memory", Better::less, MetricUnit::nanoseconds,
     "CPU time that accesses, walks, faults, flushes and reclaim are priced at",
     [](const RunReport& run) {
       return run.memory ? Value(static_cast<double>(run.memory->time.nanoseconds())) : Value();
     }},
    {"swapped_pages", "swapped", Better::less, MetricUnit::count, "pages swapped in and out",
     [](const RunReport& run) {
       return run.memory ? Value(static_cast<double>(run.memory->swapped_in + run.memory->swapped_out)) : Value();
     }},
}};

}  // namespace

std::span<const Metric> all_metrics() { return metrics; }

const Metric* find_metric(std::string_view name) {
  const auto* found = std::ranges::find(metrics, name, &Metric::name);
  return found == metrics.end() ? nullptr : found;
}

std::string metric_text(MetricUnit unit, double value) {
  switch (unit) {
    case MetricUnit::nanoseconds:
      return duration_cell(Duration(std::llround(value)));
    case MetricUnit::per_second:
      return number_cell(value);
    case MetricUnit::ratio:
      return fmt::format("{:.1f} %", value * 100);
    case MetricUnit::count:
      if (value >= 1e6) return number_cell(value / 1e6) + "M";
      // Means of small counts over the seeds: 0.4 missed deadlines are not none.
      return value < 100 && value != std::floor(value) ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value);
  }
  return {};
}

}  // namespace signalbox
