#include "tools/allocators/comparison_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "tools/memory/placed_word.hpp"
#include "tools/metrics/text_cell.hpp"

namespace signalbox {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t label_width = 26;
constexpr std::size_t cell_width = 17;
constexpr std::size_t rows_over_time = 10;

std::string size_cell(std::uint64_t bytes) { return bytes_cell(static_cast<double>(bytes)); }

std::string share_cell(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::uint64_t gap(std::uint64_t more, std::uint64_t less) { return more - std::min(more, less); }

// A line of the table: what is said of each run.
class Table {
 public:
  explicit Table(std::span<const AllocatorRun> runs) : runs_(runs) {
    row("", [](const AllocatorRun& run) { return std::string(run.row->name); });
  }
  void row(std::string_view label, const std::function<std::string(const AllocatorRun&)>& cell) {
    std::string line = fmt::format("{:<{}}", label, label_width);
    for (const AllocatorRun& run : runs_) line += fmt::format(" {:>{}}", cell(run), cell_width);
    line.resize(line.find_last_not_of(' ') + 1);
    text_ += line + "\n";
  }
  void count(std::string_view label, const std::function<std::uint64_t(const AllocatorRun&)>& number) {
    row(label, [&](const AllocatorRun& run) { return fmt::format("{}", number(run)); });
  }
  void size(std::string_view label, const std::function<std::uint64_t(const AllocatorRun&)>& bytes) {
    row(label, [&](const AllocatorRun& run) { return size_cell(bytes(run)); });
  }
  void line(std::string_view text) { text_ += fmt::format("{}\n", text); }
  const std::string& text() const { return text_; }

 private:
  std::span<const AllocatorRun> runs_;
  std::string text_;
};

void add_time(Table& table, std::span<const AllocatorRun> runs) {
  table.row("priced time", [](const AllocatorRun& run) { return duration_cell(run.time); });
  table.row("  system calls", [](const AllocatorRun& run) { return duration_cell(run.counts.calls_time); });
  table.row("  page faults", [](const AllocatorRun& run) { return duration_cell(run.counts.faults_time); });
  table.row("  accesses", [](const AllocatorRun& run) { return duration_cell(run.counts.accesses_time); });
  table.count("page faults", [](const AllocatorRun& run) { return run.counts.faults; });
  table.count("system calls", [](const AllocatorRun& run) { return run.counts.all_calls(); });
  for (std::size_t i = 0; i < memory_call_names.size(); ++i) {
    const bool is_made = std::ranges::any_of(runs, [&](const AllocatorRun& run) { return run.counts.calls[i] > 0; });
    if (!is_made) continue;
    table.count(fmt::format("  {}", memory_call_names[i]),
                [=](const AllocatorRun& run) { return run.counts.calls[i]; });
  }
}

void add_memory(Table& table) {
  table.size("peak resident", [](const AllocatorRun& run) { return run.peak_resident; });
  table.line("when most was requested:");
  table.size("  requested", [](const AllocatorRun& run) { return run.peak.requested; });
  table.size("  allocated", [](const AllocatorRun& run) { return run.peak.allocated; });
  table.size("  active", [](const AllocatorRun& run) { return run.peak.active; });
  table.size("  mapped", [](const AllocatorRun& run) { return run.peak.mapped; });
  table.size("  resident", [](const AllocatorRun& run) { return run.peak.resident; });
  table.size("  metadata", [](const AllocatorRun& run) { return run.peak.metadata; });
  table.size("  in caches", [](const AllocatorRun& run) { return run.peak.cached; });
  table.row("  internal fragmentation", [](const AllocatorRun& run) {
    return share_cell(gap(run.peak.allocated, run.peak.requested), run.peak.allocated);
  });
  table.row("  external fragmentation", [](const AllocatorRun& run) {
    return share_cell(gap(run.peak.active, run.peak.allocated), run.peak.active);
  });
  table.row("  mapped and not active",
            [](const AllocatorRun& run) { return share_cell(gap(run.peak.mapped, run.peak.active), run.peak.mapped); });
  table.size("resident at the end", [](const AllocatorRun& run) { return run.last.resident; });
}

void add_unpriced(Table& table) {
  table.line("counted, not priced:");
  table.count("  heap words accessed", [](const AllocatorRun& run) { return run.counts.heap_words; });
  table.size("  cleared by calloc", [](const AllocatorRun& run) { return run.counts.cleared_bytes; });
  table.size("  copied by realloc", [](const AllocatorRun& run) { return run.counts.copied_bytes; });
  table.count("  locks taken", [](const AllocatorRun& run) { return run.locks; });
  table.count("  TLB misses", [](const AllocatorRun& run) { return run.tlb_misses; });
}

// What a run had at a step; null: it had ended before. All runs are looked at after the same steps, but at their ends.
const HeapSample* sample_at(const AllocatorRun& run, std::uint64_t step) {
  const auto found = std::ranges::lower_bound(run.samples, step, {}, &HeapSample::step);
  return found != run.samples.end() && found->step == step ? &*found : nullptr;
}

// By the steps of the run that came farthest.
std::string over_time(std::span<const AllocatorRun> runs) {
  std::string text = fmt::format("\nresident memory, as the steps went:\n{:>10} {:>14}", "steps done", "requested");
  for (const AllocatorRun& run : runs) text += fmt::format(" {:>{}}", run.row->name, cell_width);
  text += "\n";
  const std::vector<HeapSample>& longest = std::ranges::max(runs, {}, &AllocatorRun::steps).samples;
  const std::size_t rows = std::min(rows_over_time, longest.size());
  for (std::size_t i = 0; i < rows; ++i) {
    const HeapSample& row = longest[rows == 1 ? 0 : i * (longest.size() - 1) / (rows - 1)];
    text += fmt::format("{:>10} {:>14}", row.step, size_cell(row.requested));
    for (const AllocatorRun& run : runs) {
      const HeapSample* const sample = sample_at(run, row.step);
      text += fmt::format(" {:>{}}", sample == nullptr ? "ended" : size_cell(sample->resident), cell_width);
    }
    text += "\n";
  }
  return text;
}

// Prices that the comparison would use and the machine has not.
std::vector<std::string_view> missing_prices(const CostModel& costs) {
  std::vector<std::string_view> names;
  for (const CostField& field : cost_fields) {
    constexpr std::array<std::string_view, 5> used{"syscall", "memory_access", "walk_access", "page_fault",
                                                   "page_zero"};
    const bool is_used = std::ranges::find(used, field.name) != used.end();
    if (is_used && costs.*field.value == Duration()) names.push_back(field.name);
  }
  return names;
}

std::string head(const AllocatorRequest& request, std::span<const AllocatorRun> runs) {
  const std::uint64_t most = std::ranges::max(runs, {}, &AllocatorRun::peak_requested).peak_requested;
  const unsigned processes = request.trace.process_count();
  std::string text = fmt::format(
      "{}: {} steps of {} thread{}{} on {} CPU{} of {}, {} of RAM; at most {} requested\n", request.trace.name,
      request.trace.steps.size(), request.trace.threads, request.trace.threads == 1 ? "" : "s",
      processes == 1 ? "" : fmt::format(" in {} processes", processes), request.cpus, request.cpus == 1 ? "" : "s",
      request.machine, size_cell(request.ram_bytes), size_cell(most));
  return text_lines(text.substr(0, text.size() - 1), 2) + "\n";
}

Json sample_json(const HeapSample& sample) {
  return {{"at_ns", sample.at.nanoseconds()}, {"step", sample.step},         {"requested", sample.requested},
          {"allocated", sample.allocated},    {"active", sample.active},     {"mapped", sample.mapped},
          {"retained", sample.retained},      {"resident", sample.resident}, {"metadata", sample.metadata},
          {"cached", sample.cached}};
}

Json stats_json(const AllocatorRun& run) {
  Json stats{{"stats.allocated", run.last.allocated}, {"stats.active", run.last.active},
             {"stats.metadata", run.last.metadata},   {"stats.resident", run.last.resident},
             {"stats.mapped", run.last.mapped},       {"stats.retained", run.last.retained}};
  for (const alloc::AllocatorCount& each : run.own_counts) stats[each.name] = each.value;
  return stats;
}

Json run_json(const AllocatorRun& run) {
  Json calls = Json::object();
  for (std::size_t i = 0; i < memory_call_names.size(); ++i)
    calls[std::string(memory_call_names[i])] = run.counts.calls[i];
  Json series = Json::array();
  for (const HeapSample& sample : run.samples) series.push_back(sample_json(sample));
  return {
      {"allocator", run.row->name},
      {"end", run.ended.empty() ? "finished" : run.ended},
      {"steps", run.steps},
      {"time_ns", run.time.nanoseconds()},
      {"paused_ns", run.paused.nanoseconds()},
      {"time_by_kind_ns",
       {{"syscalls", run.counts.calls_time.nanoseconds()},
        {"page_faults", run.counts.faults_time.nanoseconds()},
        {"accesses", run.counts.accesses_time.nanoseconds()}}},
      {"page_faults", run.counts.faults},
      {"syscalls", calls},
      {"not_priced",
       {{"heap_words", run.counts.heap_words},
        {"cleared_bytes", run.counts.cleared_bytes},
        {"copied_bytes", run.counts.copied_bytes},
        {"locks", run.locks},
        {"tlb_misses", run.tlb_misses}}},
      {"mappings", run.mappings},
      {"peak",
       {{"requested", run.peak_requested}, {"resident", run.peak_resident}, {"most_requested", sample_json(run.peak)}}},
      {"stats", stats_json(run)},
      {"series", series}};
}

}  // namespace

std::string allocators_text(const AllocatorRequest& request, std::span<const AllocatorRun> runs) {
  Table table(runs);
  add_time(table, runs);
  add_memory(table);
  add_unpriced(table);
  std::string text = head(request, runs) + table.text() + over_time(runs);
  const auto missing = missing_prices(request.costs);
  if (!missing.empty()) {
    text += "\n" + text_lines(fmt::format("{} has no price for {}: what of it there was is counted, and took no time.",
                                          request.machine, fmt::join(missing, ", ")));
  }
  for (const AllocatorRun& run : runs) {
    if (!run.ended.empty()) text += fmt::format("{} ended after {} steps: {}\n", run.row->name, run.steps, run.ended);
  }
  return text;
}

std::string allocators_stats_text(std::span<const AllocatorRun> runs) {
  std::string text;
  for (const AllocatorRun& run : runs) {
    text += fmt::format("\n___ Begin {} statistics ___\n", run.row->name);
    text += fmt::format("Allocated: {}, active: {}, metadata: {}, resident: {}, mapped: {}, retained: {}\n",
                        run.last.allocated, run.last.active, run.last.metadata, run.last.resident, run.last.mapped,
                        run.last.retained);
    for (const alloc::AllocatorCount& each : run.own_counts) text += fmt::format("{}: {}\n", each.name, each.value);
    text += fmt::format("--- End {} statistics ---\n", run.row->name);
  }
  return text;
}

std::string allocators_json(const AllocatorRequest& request, std::span<const AllocatorRun> runs) {
  Json json{{"schema", 1},
            {"workload", request.trace.name},
            {"machine", request.machine},
            {"cpus", request.cpus},
            {"ram_bytes", request.ram_bytes},
            {"seed", request.seed},
            {"threads", request.trace.threads},
            {"processes", request.trace.process_count()},
            {"notes", request.trace.notes},
            {"without_price", missing_prices(request.costs)},
            {"runs", Json::array()}};
  for (const AllocatorRun& run : runs) json["runs"].push_back(run_json(run));
  return json.dump(1) + "\n";
}

}  // namespace signalbox
