#include "workloads/formats/sched_trace.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "workloads/formats/digits.hpp"
#include "workloads/formats/sched_trace_history.hpp"

namespace signalbox {
namespace {

constexpr std::string_view expected_event =
    "a line of ftrace, trace-cmd report or perf sched script, such as "
    "\"make-4993 [001] d..2. 8083.362717: sched_switch: ...\"";

// The number behind `key`, wherever that is.
std::optional<unsigned> number_behind(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + key.size());
  return take_number<unsigned>(text);
}

// Frames that perf script prints below an event: an address and a symbol.
bool is_call_chain(std::string_view line) {
  constexpr std::size_t least_digits = 6;
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == 0 || begin == std::string_view::npos) return false;
  const std::size_t end = std::min(line.find_first_not_of("0123456789abcdef", begin), line.size());
  return end - begin >= least_digits && (end == line.size() || line[end] == ' ');
}

// "CPU:1 [LOST 12 EVENTS]" (tracefs), "CPU:1 [12 EVENTS DROPPED]" (trace-cmd), "LOST 12" (perf).
bool is_lost_marker(std::string_view line) {
  return line.find("LOST ") != std::string_view::npos || line.find("EVENTS DROPPED") != std::string_view::npos;
}

class SchedTraceReader {
 public:
  explicit SchedTraceReader(InputLines& lines) : lines_(lines), history_(lines.file()) {}

  Scenario read() {
    while (const std::optional<std::string_view> text = lines_.next()) read_line(*text);
    check_is_trace();
    Scenario scenario;
    scenario.format = "sched-trace";
    scenario.tasks = history_.take_tasks();
    scenario.cpus = std::max(cpus_, history_.highest_cpu_count());
    scenario.notes = report().lines();
    return scenario;
  }
  SchedTraceReport& report() { return history_.report(); }

 private:
  void read_line(std::string_view text) {
    if (const std::optional<SchedTraceLine> line = read_sched_trace_line(text)) {
      const std::uint64_t damaged = report().damaged.count;
      history_.feed(*line, lines_.number());
      if (report().damaged.count > damaged) on_damaged(*line, text);
      return;
    }
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return;
    if (text[first] == '#') return read_comment(text);
    if (is_lost_marker(text)) return read_lost_marker(text);
    if (is_call_chain(text)) return report().call_chains.note(lines_.number());
    // trace-cmd report begins so.
    if (text.starts_with("cpus=") || text.starts_with("version = ")) return read_header(text);
    if (!lines_.has_end() && report().events() > 0) return cut_off();
    report().stray.note(lines_.number());
    note_wrong(0);
  }

  void on_damaged(const SchedTraceLine& line, std::string_view text) {
    if (!lines_.has_end()) {
      --report().damaged.count;
      return cut_off();
    }
    note_wrong(static_cast<std::size_t>(line.fields.data() - text.data()));
  }

  void cut_off() { report().cut_line = lines_.number(); }

  // "# entries-in-buffer/entries-written: 503/503   #P:2", "##### CPU 1 buffer started ####".
  void read_comment(std::string_view text) {
    if (const auto cpus = number_behind(text, "#P:")) cpus_ = std::min(*cpus, SchedTraceHistory::most_cpus);
    if (text.find("buffer started") == std::string_view::npos) return;
    if (const auto cpu = number_behind(text, "CPU ")) history_.cpu_begins(*cpu);
  }

  void read_header(std::string_view text) {
    if (const auto cpus = number_behind(text, "cpus=")) cpus_ = std::min(*cpus, SchedTraceHistory::most_cpus);
  }

  void read_lost_marker(std::string_view text) {
    report().lost_markers.note(lines_.number());
    const std::size_t open = text.find('[');
    const auto count = text.find("LOST ") != std::string_view::npos ? number_behind(text, "LOST ")
                       : open != std::string_view::npos             ? number_behind(text, "[")
                                                                    : std::nullopt;
    report().lost_events += count.value_or(0);
  }

  // A text of another kind is refused before the whole of it is read.
  void note_wrong(std::size_t offset) {
    constexpr std::uint64_t many = 1000;
    if (!first_wrong_) first_wrong_ = lines_.place(offset);
    if (wrong() >= many && wrong() > report().events()) refuse();
  }

  std::uint64_t wrong() { return report().stray.count + report().damaged.count; }

  [[noreturn]] void refuse() {
    throw InputError(*first_wrong_, "this is no event of a scheduler trace", std::string(expected_event));
  }

  void check_is_trace() {
    if (wrong() > 0 && wrong() >= report().events()) refuse();
    if (report().read[static_cast<std::size_t>(SchedTracepoint::switching)] > 0) return;
    throw InputError({.file = lines_.file()}, "there is no sched_switch event in this trace",
                     "a recording of at least sched_switch, and of sched_waking to know who wakes whom");
  }

  InputLines& lines_;
  SchedTraceHistory history_;
  unsigned cpus_ = 0;  // as the recorder says
  std::optional<SourcePlace> first_wrong_;
};

}  // namespace

Scenario read_sched_trace(InputLines& lines, SchedTraceReport& report) {
  SchedTraceReader reader(lines);
  Scenario scenario = reader.read();
  report = std::move(reader.report());
  return scenario;
}

Scenario read_sched_trace(InputLines& lines) {
  SchedTraceReport report;
  return read_sched_trace(lines, report);
}

bool looks_like_sched_trace(std::string_view beginning) {
  if (beginning.starts_with("# tracer:")) return true;
  InputLines lines(beginning, "");
  try {
    while (const std::optional<std::string_view> line = lines.next()) {
      if (read_sched_trace_line(*line)) return true;
    }
  } catch (const InputError&) {
    return false;  // a line too long
  }
  return false;
}

}  // namespace signalbox
