#include "tools/metrics/text_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include "tools/metrics/run_metrics.hpp"
#include "tools/metrics/text_cell.hpp"

namespace signalbox {

namespace {

using Text = fmt::memory_buffer;

template <class... Args>
void put(Text& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

// Items after a label, broken where the next would pass column 100.
void put_list(Text& out, std::string_view label, const std::vector<std::string>& items) {
  static constexpr std::size_t indent = 12;
  static constexpr std::size_t last_column = 100;
  std::string line = text_cell(label, indent);
  for (std::size_t index = 0; index < items.size(); ++index) {
    const std::string item = items[index] + (index + 1 < items.size() ? "," : "");
    if (line.size() + 1 + item.size() > last_column) {
      put(out, "{}\n", line);
      line.assign(indent, ' ');
    } else if (index > 0) {
      line += ' ';
    }
    line += item;
  }
  put(out, "{}\n", line);
}

void put_head(Text& out, const RunReport& report, std::string_view end) {
  std::vector<std::string> items{fmt::format("{} finished", report.finished)};
  if (report.unfinished > 0) items.push_back(fmt::format("{} unfinished", report.unfinished));
  items.push_back(fmt::format("makespan {}", duration_cell(report.makespan)));
  items.push_back(fmt::format("throughput {}/s", number_cell(report.throughput_per_s)));
  items.push_back(fmt::format("ended: {}", end));
  put_list(out, "threads", items);
}

void put_cpu(Text& out, const RunReport& report) {
  const Duration capacity = report.elapsed * report.cpus - report.cpu.offline;
  const auto percent = [&](Duration part) {
    return capacity > Duration() ? 100 * part.seconds() / capacity.seconds() : 0.0;
  };
  std::vector<std::string> items{fmt::format("{} CPU{}", report.cpus, report.cpus == 1 ? "" : "s"),
                                 fmt::format("{:.1f} % busy", 100 * report.cpu.utilisation),
                                 fmt::format("user {:.1f} %", percent(report.cpu.user)),
                                 fmt::format("kernel {:.1f} %", percent(report.cpu.kernel)),
                                 fmt::format("switching {:.1f} %", percent(report.cpu.switching))};
  if (report.cpu.other != Duration()) items.push_back(fmt::format("other {:.1f} %", percent(report.cpu.other)));
  if (report.cpu.offline != Duration()) items.push_back(fmt::format("offline {}", duration_cell(report.cpu.offline)));
  if (report.broken_affinities != 0) items.push_back(fmt::format("{} affinities broken", report.broken_affinities));
  put_list(out, "cpu", items);
}

std::string cell(std::int64_t nanoseconds) { return duration_cell(Duration(nanoseconds)); }
std::string cell(double ratio) { return number_cell(ratio); }

template <class T>
void put_distribution(Text& out, std::string_view name, const DistributionOf<T>& from) {
  if (from.count == 0) return;
  put(out, "{:<20}{:>12}{:>12}{:>12}{:>12}{:>12}\n", name, cell(from.mean), cell(from.p50), cell(from.p95),
      cell(from.p99), cell(from.max));
}

void put_distributions(Text& out, const RunReport& report) {
  put(out, "\n{:<20}{:>12}{:>12}{:>12}{:>12}{:>12}\n", "", "mean", "p50", "p95", "p99", "max");
  put_distribution(out, "turnaround", report.turnaround);
  put_distribution(out, "waiting", report.waiting);
  put_distribution(out, "response", report.response);
  put_distribution(out, "wake-up latency", report.wakeup_latency);
  put_distribution(out, "slowdown", report.slowdown);
  // What has no timers has no latency of them either.
  if (report.deadlines > 0) put_distribution(out, "activation latency", report.activation_latency);
  put_distribution(out, "tardiness", report.tardiness);
  put(out, "\n");
}

void put_switches(Text& out, const RunReport& report) {
  const SwitchCounts& counts = report.switches;
  put_list(out, "switches",
           {fmt::format("{} to another process", counts.process), fmt::format("{} within a process", counts.thread),
            fmt::format("{} voluntary", counts.voluntary), fmt::format("{} involuntary", counts.involuntary)});
  std::vector<std::string> reasons;
  for (unsigned index = 0; index < switch_reason_count; ++index) {
    if (counts.by_reason[index] == 0) continue;
    reasons.push_back(fmt::format("{} {}", to_string(static_cast<SwitchReason>(index)), counts.by_reason[index]));
  }
  if (!reasons.empty()) put_list(out, "  left by", reasons);
}

void put_blocked(Text& out, const RunReport& report) {
  std::vector<std::string> items;
  for (unsigned kind = 0; kind < wait_kind_count; ++kind) {
    if (report.blocked_by[kind] == Duration()) continue;
    items.push_back(
        fmt::format("{} {}", to_string(static_cast<WaitKind>(kind)), duration_cell(report.blocked_by[kind])));
  }
  if (!items.empty()) put_list(out, "blocked on", items);
}

void put_verdict(Text& out, const RunReport& report) {
  std::vector<std::string> items{report.fairness_jain ? fmt::format("fairness {:.4f} (Jain)", *report.fairness_jain)
                                                      : "fairness not measured (task groups)",
                                 fmt::format("migrations {}", report.migrations)};
  if (report.deadlines > 0) {
    items.push_back(fmt::format("deadlines missed {} of {}", report.deadline_misses, report.deadlines));
  }
  put_list(out, "balance", items);
  const auto whose = [](const std::string& name) { return text_cell(name, std::min<std::size_t>(name.size(), 20)); };
  const Causes& causes = report.causes;
  items = {fmt::format("preemptions {}", causes.preemptions)};
  if (causes.longest_wait > Duration()) {
    items.push_back(
        fmt::format("longest wait {} ({})", duration_cell(causes.longest_wait), whose(causes.longest_wait_thread)));
  }
  if (causes.longest_run > Duration()) {
    items.push_back(
        fmt::format("longest run {} ({})", duration_cell(causes.longest_run), whose(causes.longest_run_thread)));
  }
  if (causes.starved > 0) items.push_back(fmt::format("starved {}", causes.starved));
  put_list(out, "causes", items);
}

std::string bytes_cell(std::uint64_t bytes) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  auto value = static_cast<double>(bytes);
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return fmt::format("{} {}", number_cell(value), units[unit]);
}

std::string walks_text(const MemoryReport& memory) {
  if (!memory.has_tlb()) return "walks not modelled (tier fast)";
  const double share =
      memory.accesses == 0 ? 0 : 100 * static_cast<double>(memory.tlb_misses) / static_cast<double>(memory.accesses);
  return fmt::format("{} walks ({:.3f} %)", memory.tlb_misses, share);
}

void put_malloc(Text& out, const MallocReport& malloc) {
  if (malloc.heaps == 0) return;
  const std::uint64_t calls = malloc.mmap + malloc.munmap + malloc.mremap + malloc.madvise + malloc.brk;
  put_list(out, "malloc",
           {fmt::format("{} mallocs", malloc.mallocs), fmt::format("{} frees", malloc.frees),
            fmt::format("{} heap{}", malloc.heaps, malloc.heaps == 1 ? "" : "s"),
            fmt::format("{} mapped at most", bytes_cell(malloc.peak_mapped)), fmt::format("{} system calls", calls),
            fmt::format("{} waits for another thread", malloc.waits)});
  put_list(
      out, "  at end",
      {fmt::format("{} requested", bytes_cell(malloc.requested)),
       fmt::format("{} allocated", bytes_cell(malloc.allocated)), fmt::format("{} active", bytes_cell(malloc.active)),
       fmt::format("{} resident", bytes_cell(malloc.resident)), fmt::format("{} mapped", bytes_cell(malloc.mapped))});
}

void put_memory(Text& out, const RunReport& report) {
  if (!report.memory) return;
  const MemoryReport& memory = *report.memory;
  std::vector<std::string> items{
      fmt::format("{}, {} used at most", bytes_cell(memory.bytes), bytes_cell(memory.peak_bytes)),
      fmt::format("{} minor faults", memory.minor_faults), fmt::format("{} major", memory.major_faults),
      fmt::format("{} pages copied on write", memory.copies)};
  if (memory.time > Duration()) items.push_back(fmt::format("{} of CPU time", duration_cell(memory.time)));
  put_list(out, "memory", items);
  put_list(out, "  TLB",
           {fmt::format("{} accesses", memory.accesses), walks_text(memory),
            fmt::format("{} roots loaded", memory.root_loads), fmt::format("{} flushed", memory.root_flushes),
            fmt::format("{} lazy", memory.lazy_entries), fmt::format("{} shootdowns", memory.shootdowns)});
  put_malloc(out, memory.malloc);
  if (memory.scanned + memory.swapped_in + memory.swapped_out + memory.oom_kills == 0) return;
  put_list(out, "  shortage",
           {fmt::format("{} pages swapped in", memory.swapped_in), fmt::format("{} out", memory.swapped_out),
            fmt::format("{} scanned", memory.scanned),
            fmt::format("{} reclaimed ({} by kswapd)", memory.reclaimed, memory.reclaimed_background),
            fmt::format("disks busy {}", duration_cell(memory.disk_busy)),
            fmt::format("{} killed for lack of memory", memory.oom_kills)});
}

// A row for each group: what it was promised, what it got, and how often its quota held it back.
void put_groups(Text& out, const RunReport& report) {
  if (report.groups.empty()) return;
  put(out, "\n{:<24}{:>7}{:>12}{:>10}{:>12}{:>8}{:>12}{:>12}\n", "group", "weight", "quota", "period", "cpu", "cpu %",
      "throttled", "in periods");
  for (const GroupReport& group : report.groups) {
    const bool is_limited = group.quota > Duration();
    const double percent = report.elapsed > Duration() ? 100 * group.cpu.seconds() / report.elapsed.seconds() : 0;
    put(out, "{}{:>7}{:>12}{:>10}{:>12}{:>8.1f}{:>12}{:>12}\n", text_cell(group.path, 24), group.weight,
        is_limited ? duration_cell(group.quota) : "-", is_limited ? duration_cell(group.period) : "-",
        duration_cell(group.cpu), percent, is_limited ? duration_cell(group.throttled) : "-",
        is_limited ? fmt::format("{}/{}", group.throttled_periods, group.periods) : "-");
  }
}

std::string or_dash(const std::optional<Duration>& length) { return length ? duration_cell(*length) : "-"; }

}  // namespace

std::string text_summary(const RunReport& report, std::string_view end) {
  Text out;
  put_head(out, report, end.empty() ? to_string(report.end) : end);
  put_cpu(out, report);
  put_distributions(out, report);
  put_switches(out, report);
  put_blocked(out, report);
  put_verdict(out, report);
  put_memory(out, report);
  put_groups(out, report);
  return fmt::to_string(out);
}

std::string thread_table(const RunMetrics& metrics, std::size_t most) {
  Text out;
  put(out, "{:<16}{:>8}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>9}\n", "thread", "tid", "arrival", "response", "cpu",
      "waiting", "blocked", "turnaround", "switches");
  const std::size_t shown = std::min(most, metrics.thread_count());
  for (std::size_t index = 0; index < shown; ++index) {
    const ThreadReport thread = metrics.thread(index);
    put(out, "{}{:>8}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>9}\n", text_cell(thread.name, 16), thread.tid.value(),
        duration_cell(thread.arrival.since_start()), or_dash(thread.response), duration_cell(thread.cpu()),
        duration_cell(thread.waiting), duration_cell(thread.blocked), or_dash(thread.turnaround), thread.switches());
  }
  if (shown < metrics.thread_count()) put(out, "... and {} more\n", metrics.thread_count() - shown);
  return fmt::to_string(out);
}

}  // namespace signalbox
