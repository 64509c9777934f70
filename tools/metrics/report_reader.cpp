#include "tools/metrics/report_reader.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace signalbox {
namespace {

using Json = nlohmann::ordered_json;

Duration time_of(const Json& json, const char* key) { return Duration(json.at(key).get<std::int64_t>()); }

template <class T>
void read(const Json& json, const char* key, T& value) {
  json.at(key).get_to(value);
}

template <class T>
void read(const Json& json, const char* key, DistributionOf<T>& to) {
  const Json& from = json.at(key);
  read(from, "count", to.count);
  if (to.count == 0) return;  // the numbers are null
  read(from, "mean", to.mean);
  read(from, "p50", to.p50);
  read(from, "p95", to.p95);
  read(from, "p99", to.p99);
  read(from, "max", to.max);
  to.exact = from.value("exact", true);
}

RunEnd end_of(const std::string& name) {
  for (const RunEnd end : {RunEnd::finished, RunEnd::until, RunEnd::deadlock}) {
    if (name == to_string(end)) return end;
  }
  return RunEnd::watchdog;
}

CpuUsage cpu_of(const Json& json) {
  CpuUsage cpu{.user = time_of(json, "user_ns"),
               .kernel = time_of(json, "kernel_ns"),
               .switching = time_of(json, "switch_ns"),
               .other = time_of(json, "other_ns"),
               .idle = time_of(json, "idle_ns"),
               .offline = time_of(json, "offline_ns")};
  read(json, "utilisation", cpu.utilisation);
  return cpu;
}

SwitchCounts switches_of(const Json& json) {
  SwitchCounts counts;
  read(json, "process", counts.process);
  read(json, "thread", counts.thread);
  read(json, "voluntary", counts.voluntary);
  read(json, "involuntary", counts.involuntary);
  for (unsigned index = 0; index < switch_reason_count; ++index) {
    read(json.at("by_reason"), to_string(static_cast<SwitchReason>(index)), counts.by_reason[index]);
  }
  return counts;
}

Causes causes_of(const Json& json) {
  Causes causes;
  causes.longest_wait = time_of(json, "longest_wait_ns");
  causes.longest_run = time_of(json, "longest_run_ns");
  read(json, "longest_wait_thread", causes.longest_wait_thread);
  read(json, "preemptions", causes.preemptions);
  read(json, "longest_run_thread", causes.longest_run_thread);
  read(json, "starved_threads", causes.starved);
  return causes;
}

GroupReport group_of(const Json& json) {
  GroupReport group;
  read(json, "path", group.path);
  read(json, "weight", group.weight);
  group.quota = time_of(json, "quota_ns");
  group.period = time_of(json, "period_ns");
  group.burst = time_of(json, "burst_ns");
  group.cpu = time_of(json, "cpu_ns");
  read(json, "nr_periods", group.periods);
  read(json, "nr_throttled", group.throttled_periods);
  group.throttled = time_of(json, "throttled_ns");
  read(json, "nr_bursts", group.bursts);
  group.burst_time = time_of(json, "burst_used_ns");
  return group;
}

MallocReport malloc_of(const Json& json) {
  MallocReport malloc;
  read(json, "heaps", malloc.heaps);
  read(json, "mallocs", malloc.mallocs);
  read(json, "frees", malloc.frees);
  read(json, "waits", malloc.waits);
  read(json, "mmap", malloc.mmap);
  read(json, "munmap", malloc.munmap);
  read(json, "mremap", malloc.mremap);
  read(json, "madvise", malloc.madvise);
  read(json, "brk", malloc.brk);
  read(json, "requested", malloc.requested);
  read(json, "allocated", malloc.allocated);
  read(json, "active", malloc.active);
  read(json, "resident", malloc.resident);
  read(json, "mapped", malloc.mapped);
  read(json, "peak_mapped", malloc.peak_mapped);
  return malloc;
}

MemoryReport memory_of(const Json& json) {
  MemoryReport memory;
  read(json, "bytes", memory.bytes);
  read(json, "swap_bytes", memory.swap_bytes);
  read(json, "peak_bytes", memory.peak_bytes);
  read(json, "minor_faults", memory.minor_faults);
  read(json, "major_faults", memory.major_faults);
  read(json, "copies", memory.copies);
  read(json, "accesses", memory.accesses);
  read(json, "tlb_l1_misses", memory.tlb_l1_misses);
  read(json, "tlb_misses", memory.tlb_misses);
  read(json, "walk_accesses", memory.walk_accesses);
  read(json, "root_loads", memory.root_loads);
  read(json, "root_flushes", memory.root_flushes);
  read(json, "lazy_entries", memory.lazy_entries);
  read(json, "shootdowns", memory.shootdowns);
  read(json, "swapped_in", memory.swapped_in);
  read(json, "swapped_out", memory.swapped_out);
  read(json, "file_pages_in", memory.file_pages_in);
  read(json, "scanned", memory.scanned);
  read(json, "reclaimed", memory.reclaimed);
  read(json, "reclaimed_background", memory.reclaimed_background);
  read(json, "oom_kills", memory.oom_kills);
  memory.disk_busy = time_of(json, "disk_busy_ns");
  memory.time = time_of(json, "time_ns");
  if (json.contains("malloc")) memory.malloc = malloc_of(json["malloc"]);
  return memory;
}

void read_distributions(const Json& json, RunReport& report) {
  read(json, "turnaround_ns", report.turnaround);
  read(json, "waiting_ns", report.waiting);
  read(json, "response_ns", report.response);
  read(json, "wakeup_latency_ns", report.wakeup_latency);
  read(json, "slowdown", report.slowdown);
  read(json, "activation_latency_ns", report.activation_latency);
  read(json, "tardiness_ns", report.tardiness);
}

}  // namespace

RunReport report_from_text(std::string_view text) {
  const Json json = Json::parse(text);
  RunReport report;
  report.end = end_of(json.at("end").get<std::string>());
  report.elapsed = time_of(json, "elapsed_ns");
  read(json, "thread_count", report.threads);
  read(json, "unfinished", report.unfinished);
  report.finished = report.threads - report.unfinished;
  report.makespan = time_of(json, "makespan_ns");
  read(json, "throughput_per_s", report.throughput_per_s);
  report.cpu = cpu_of(json.at("cpu"));
  read_distributions(json, report);
  report.switches = switches_of(json.at("switches"));
  read(json, "migrations", report.migrations);
  read(json, "broken_affinities", report.broken_affinities);
  const Json& fairness = json.at("fairness_jain");
  report.fairness_jain = fairness.is_null() ? std::nullopt : std::optional(fairness.get<double>());
  const Json& blocked = json.at("blocked_ns");
  for (unsigned kind = 0; kind < wait_kind_count; ++kind) {
    report.blocked_by[kind] = Duration(blocked.value(to_string(static_cast<WaitKind>(kind)), std::int64_t{0}));
  }
  read(json, "activations", report.activations);
  read(json, "deadlines", report.deadlines);
  read(json, "deadline_misses", report.deadline_misses);
  report.causes = causes_of(json.at("causes"));
  if (json.contains("memory")) report.memory = memory_of(json["memory"]);
  if (json.contains("groups")) {
    for (const Json& group : json["groups"]) report.groups.push_back(group_of(group));
  }
  return report;
}

}  // namespace signalbox
