#include "tools/metrics/json_report.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tools/metrics/run_metrics.hpp"

namespace signalbox {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json distribution_json(const DistributionOf<T>& from) {
  if (from.count == 0) {
    return {{"mean", nullptr}, {"p50", nullptr}, {"p95", nullptr}, {"p99", nullptr}, {"max", nullptr}, {"count", 0}};
  }
  Json json{{"mean", from.mean}, {"p50", from.p50}, {"p95", from.p95},
            {"p99", from.p99},   {"max", from.max}, {"count", from.count}};
  if (!from.exact) json["exact"] = false;  // percentiles within 0.8 %
  return json;
}

Json share_json(const std::optional<double>& share) { return share ? Json(*share) : Json(); }
Json time_json(const std::optional<Instant>& at) { return at ? Json(at->nanoseconds()) : Json(); }
Json time_json(const std::optional<Duration>& length) { return length ? Json(length->nanoseconds()) : Json(); }

Json cpu_json(const CpuUsage& cpu) {
  return {{"user_ns", cpu.user.nanoseconds()},
          {"kernel_ns", cpu.kernel.nanoseconds()},
          {"switch_ns", cpu.switching.nanoseconds()},
          {"idle_ns", cpu.idle.nanoseconds()},
          {"other_ns", cpu.other.nanoseconds()},
          {"offline_ns", cpu.offline.nanoseconds()},
          {"utilisation", cpu.utilisation}};
}

Json switches_json(const SwitchCounts& counts) {
  Json by_reason = Json::object();
  for (unsigned index = 0; index < switch_reason_count; ++index) {
    by_reason[to_string(static_cast<SwitchReason>(index))] = counts.by_reason[index];
  }
  return {{"process", counts.process},
          {"thread", counts.thread},
          {"voluntary", counts.voluntary},
          {"involuntary", counts.involuntary},
          {"by_reason", std::move(by_reason)}};
}

Json blocked_json(const std::array<Duration, wait_kind_count>& blocked_by) {
  Json json = Json::object();
  for (unsigned kind = 0; kind < wait_kind_count; ++kind) {
    if (blocked_by[kind] > Duration()) json[to_string(static_cast<WaitKind>(kind))] = blocked_by[kind].nanoseconds();
  }
  return json;
}

Json causes_json(const Causes& causes) {
  return {{"longest_wait_ns", causes.longest_wait.nanoseconds()},
          {"longest_wait_thread", causes.longest_wait_thread},
          {"preemptions", causes.preemptions},
          {"longest_run_ns", causes.longest_run.nanoseconds()},
          {"longest_run_thread", causes.longest_run_thread},
          {"starved_threads", causes.starved}};
}

Json group_json(const GroupReport& group) {
  return {{"path", group.path},
          {"weight", group.weight},
          {"quota_ns", group.quota.nanoseconds()},
          {"period_ns", group.period.nanoseconds()},
          {"burst_ns", group.burst.nanoseconds()},
          {"cpu_ns", group.cpu.nanoseconds()},
          {"nr_periods", group.periods},
          {"nr_throttled", group.throttled_periods},
          {"throttled_ns", group.throttled.nanoseconds()},
          {"nr_bursts", group.bursts},
          {"burst_used_ns", group.burst_time.nanoseconds()}};
}

Json malloc_json(const MallocReport& malloc) {
  return {{"heaps", malloc.heaps},         {"mallocs", malloc.mallocs},     {"frees", malloc.frees},
          {"waits", malloc.waits},         {"mmap", malloc.mmap},           {"munmap", malloc.munmap},
          {"mremap", malloc.mremap},       {"madvise", malloc.madvise},     {"brk", malloc.brk},
          {"requested", malloc.requested}, {"allocated", malloc.allocated}, {"active", malloc.active},
          {"resident", malloc.resident},   {"mapped", malloc.mapped},       {"peak_mapped", malloc.peak_mapped}};
}

Json memory_json(const MemoryReport& memory) {
  Json json{{"bytes", memory.bytes},
            {"swap_bytes", memory.swap_bytes},
            {"peak_bytes", memory.peak_bytes},
            {"minor_faults", memory.minor_faults},
            {"major_faults", memory.major_faults},
            {"copies", memory.copies},
            {"accesses", memory.accesses},
            {"tlb_l1_misses", memory.tlb_l1_misses},
            {"tlb_misses", memory.tlb_misses},
            {"walk_accesses", memory.walk_accesses},
            {"root_loads", memory.root_loads},
            {"root_flushes", memory.root_flushes},
            {"lazy_entries", memory.lazy_entries},
            {"shootdowns", memory.shootdowns},
            {"swapped_in", memory.swapped_in},
            {"swapped_out", memory.swapped_out},
            {"file_pages_in", memory.file_pages_in},
            {"scanned", memory.scanned},
            {"reclaimed", memory.reclaimed},
            {"reclaimed_background", memory.reclaimed_background},
            {"oom_kills", memory.oom_kills},
            {"disk_busy_ns", memory.disk_busy.nanoseconds()},
            {"time_ns", memory.time.nanoseconds()}};
  if (memory.malloc.heaps > 0) json["malloc"] = malloc_json(memory.malloc);
  return json;
}

// Names come from scenarios and may be no valid UTF-8.
std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

Json to_json(const RunReport& report) {
  Json json{{"end", to_string(report.end)},
            {"makespan_ns", report.makespan.nanoseconds()},
            {"throughput_per_s", report.throughput_per_s},
            {"cpu", cpu_json(report.cpu)},
            {"turnaround_ns", distribution_json(report.turnaround)},
            {"waiting_ns", distribution_json(report.waiting)},
            {"response_ns", distribution_json(report.response)},
            {"wakeup_latency_ns", distribution_json(report.wakeup_latency)},
            {"slowdown", distribution_json(report.slowdown)},
            {"switches", switches_json(report.switches)},
            {"migrations", report.migrations},
            {"broken_affinities", report.broken_affinities},
            {"fairness_jain", share_json(report.fairness_jain)},
            {"deadline_misses", report.deadline_misses},
            {"activations", report.activations},
            {"deadlines", report.deadlines},
            {"activation_latency_ns", distribution_json(report.activation_latency)},
            {"tardiness_ns", distribution_json(report.tardiness)},
            {"elapsed_ns", report.elapsed.nanoseconds()},
            {"thread_count", report.threads},
            {"unfinished", report.unfinished},
            {"blocked_ns", blocked_json(report.blocked_by)},
            {"causes", causes_json(report.causes)}};
  if (report.memory) json["memory"] = memory_json(*report.memory);
  for (const GroupReport& group : report.groups) json["groups"].push_back(group_json(group));
  return json;
}

Json to_json(const ThreadReport& thread) {
  Json json{{"name", thread.name},
            {"pid", thread.pid.value()},
            {"tid", thread.tid.value()},
            {"arrival_ns", thread.arrival.nanoseconds()},
            {"first_run_ns", time_json(thread.first_run)},
            {"finish_ns", time_json(thread.finish)},
            {"cpu_ns", thread.cpu().nanoseconds()},
            {"waiting_ns", thread.waiting.nanoseconds()},
            {"blocked_ns", thread.blocked.nanoseconds()},
            {"turnaround_ns", time_json(thread.turnaround)},
            {"response_ns", time_json(thread.response)},
            {"switches", thread.switches()},
            {"migrations", thread.migrations},
            {"activations", thread.activations},
            {"user_ns", thread.user.nanoseconds()},
            {"kernel_ns", thread.kernel.nanoseconds()},
            {"longest_wait_ns", thread.longest_wait.nanoseconds()},
            {"voluntary", thread.voluntary},
            {"involuntary", thread.involuntary},
            {"fair_share", share_json(thread.fair_share)},
            {"blocked_by_ns", blocked_json(thread.blocked_by)}};
  if (thread.activations == 0 && thread.deadlines == 0) return json;
  json["deadlines"] = thread.deadlines;
  json["deadline_misses"] = thread.deadline_misses;
  json["activation_latency_mean_ns"] = time_json(thread.activation_latency_mean);
  json["activation_latency_max_ns"] = time_json(thread.activation_latency_max);
  json["slack_mean_ns"] = time_json(thread.slack_mean);
  json["slack_min_ns"] = time_json(thread.slack_min);
  return json;
}

std::string report_text(const RunMetrics& metrics) { return dumped(to_json(metrics.report())); }

std::string threads_text(const RunMetrics& metrics) {
  std::string text = "[";
  for (std::size_t index = 0; index < metrics.thread_count(); ++index) {
    text += (index == 0 ? "\n" : ",\n") + dumped(to_json(metrics.thread(index)));
  }
  return text + "]";
}

Json run_json(Json head, const RunReport& report, Json threads) {
  head.update(to_json(report));
  head["threads"] = std::move(threads);
  return head;
}

bool write_run_json(std::FILE* file, Json head, const RunMetrics& metrics) {
  head.update(to_json(metrics.report()));
  const auto put = [file](std::string_view text) { std::fwrite(text.data(), 1, text.size(), file); };
  std::string text = dumped(head);
  text.pop_back();
  put(text);
  put(",\"threads\":[");
  for (std::size_t index = 0; index < metrics.thread_count(); ++index) {
    put(index == 0 ? "\n" : ",\n");
    put(dumped(to_json(metrics.thread(index))));
  }
  put("]}\n");
  return std::fflush(file) == 0 && std::ferror(file) == 0;
}

}  // namespace signalbox
