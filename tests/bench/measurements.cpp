#include "tests/bench/measurements.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

#include "tests/bench/allocation_rows.hpp"
#include "tests/bench/burst_rows.hpp"
#include "tests/bench/memory_rows.hpp"
#include "tests/bench/paging_rows.hpp"
#include "tests/bench/policy_rows.hpp"
#include "tests/bench/probes.hpp"
#include "tests/bench/process_heap_rows.hpp"
#include "tests/bench/program_rows.hpp"
#include "tests/bench/queue_rows.hpp"
#include "tests/bench/raw_switch.hpp"
#include "tests/bench/switch_rows.hpp"

namespace signalbox {
namespace {

constexpr const char* value_name = "value";

// One iteration of a benchmark is a whole measurement, which warms itself up and answers its value.
void add(std::string_view name, int repetitions, std::function<double()> measure) {
  const auto run = [measure = std::move(measure)](benchmark::State& state) {
    for (const auto iteration : state) {
      static_cast<void>(iteration);
      state.counters[value_name] = measure();
    }
  };
  benchmark::RegisterBenchmark(std::string(name).c_str(), run)->Iterations(1)->Repetitions(repetitions);
}

void add_sized(std::string_view what, double (*measure)(unsigned), std::initializer_list<unsigned> sizes) {
  for (const unsigned size : sizes) {
    const int repetitions = size < 1'000'000 ? 7 : 3;
    add(sized(what, size), repetitions, [=] { return measure(size); });
  }
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// Collects, instead of printing, what Google Benchmark reports.
class Collector final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<double> values;
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Iteration) values.push_back(run.counters.at(value_name));
    }
    if (values.empty()) return;
    const std::string& name = runs.front().run_name.function_name;
    const auto [least, greatest] = std::ranges::minmax(values);
    measured_[name] = median(values);
    fmt::print(stderr, "{:<32} {:>14.1f}  ({:.1f} to {:.1f})\n", name, measured_[name], least, greatest);
  }

  const Measured& measured() const { return measured_; }

 private:
  Measured measured_;
};

}  // namespace

std::string policy_measurement(const PolicyRow& row) { return fmt::format("policy/{}", row.name); }

std::string sized(std::string_view what, unsigned size) { return fmt::format("{}/{}", what, size); }

void register_measurements() {
  add_sized("raw", raw_switch, {100, 100'000, 1'000'000});
  add_sized("yield", yield_cost, {100, 100'000, 1'000'000});
  add_sized("bursts", burst_cost, {10, 1'000, 100'000, 1'000'000});
  add_sized("bursts/eevdf", [](unsigned threads) { return burst_cost_under("eevdf", threads); }, {10, 1'000});
  add("bursts/linux/4", 5, [] { return burst_cost_of_domains("linux", 400, 4); });
  add("bursts/linux/1024", 3, [] { return burst_cost_of_domains("linux", 100'000, 1024); });
  add(preemption, 7, preemption_cost);
  add(null_call, 7, null_call_cost);
  add(thread_life, 7, thread_life_cost);
  add_sized("queue", queue_hold_cost, {1'000, 1'000'000});
  for (const PolicyRow* const row : all_policies()) {
    for (const unsigned ready : {few_ready, most_ready}) {
      add(sized(policy_measurement(*row), ready), 5, [=] { return policy_cost(*row, ready); });
    }
  }
  for (const std::string_view name :
       {probe_name::untraced, probe_name::exported, probe_name::line_split, probe_name::imported}) {
    add(name, 5, [name] { return probe(name); });
  }
  for (const std::string_view name :
       {probe_name::blocked_bytes, probe_name::million_bytes, probe_name::million_seconds, probe_name::process_bytes,
        probe_name::process_seconds, probe_name::export_growth, probe_name::import_bytes}) {
    add(name, 1, [name] { return probe(name); });
  }
  for (const MemoryMeasurement& each : memory_measurements()) add(each.name, 7, each.measure);
  for (const MemoryMeasurement& each : paging_measurements()) add(each.name, 5, each.measure);
  for (const MemoryMeasurement& each : process_heap_measurements()) add(each.name, 7, each.measure);
  for (const MemoryMeasurement& each : program_measurements()) add(each.name, 5, each.measure);
  for (const AllocationMeasurement& each : allocation_measurements()) add(each.name, each.repetitions, each.measure);
}

Measured run_measurements() {
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector);
  return collector.measured();
}

}  // namespace signalbox
