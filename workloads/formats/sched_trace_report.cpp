#include "workloads/formats/sched_trace_report.hpp"

#include <fmt/format.h>

#include <numeric>

#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(SchedTracepoint::other)> names = {
    "sched_switch",       "sched_waking",       "sched_wakeup", "sched_wakeup_new",
    "sched_migrate_task", "sched_process_fork", "task_newtask", "sched_process_exit"};
constexpr std::size_t most_names = 32;

std::string times(std::uint64_t count) { return count == 1 ? "once" : fmt::format("{} times", count); }

// Collects the parts of a line that have something to say.
class Listing {
 public:
  explicit Listing(std::string head) : line_(std::move(head)) {}

  void add(std::uint64_t count, std::string_view what) {
    if (count > 0) put(fmt::format("{}: {}", what, count));
  }
  void add(const TraceTally& tally, std::string_view what) {
    if (tally.count > 0) put(fmt::format("{}: {} (first in line {})", what, tally.count, tally.first_line));
  }
  void put(const std::string& part) {
    line_ += (is_empty_ ? " - " : ", ") + part;
    is_empty_ = false;
  }
  void end(std::vector<std::string>& lines) const {
    if (!is_empty_) lines.push_back(line_);
  }

 private:
  std::string line_;
  bool is_empty_ = true;
};

std::string coverage(const SchedTraceReport& report) {
  const double all = report.length.seconds() * report.cpus;
  const double known = (report.busy + report.idle - report.guessed).seconds();
  return fmt::format(
      "{:.6f} s on {} CPU{}: covers {:.2f} % of the recorded CPU time ({:.6f} s busy, {:.6f} s idle{})",
      report.length.seconds(), report.cpus, report.cpus == 1 ? "" : "s", all > 0 ? 100 * known / all : 100.0,
      report.busy.seconds(), report.idle.seconds(),
      report.guessed > Duration() ? fmt::format(", {:.6f} s of it guessed", report.guessed.seconds()) : "");
}

void add_events(const SchedTraceReport& report, std::vector<std::string>& lines) {
  Listing events(fmt::format("{} events read", report.events()));
  for (std::size_t tracepoint = 0; tracepoint < names.size(); ++tracepoint) {
    events.add(report.read[tracepoint], names[tracepoint]);
  }
  events.end(lines);
  Listing sleeps("sleeps");
  sleeps.add(report.by_thread, "ended by a thread");
  sleeps.add(report.by_interrupt, "ended by an interrupt");
  sleeps.add(report.by_nobody, "ended by nobody in the recording");
  sleeps.end(lines);
}

void add_repairs(const SchedTraceReport& report, std::vector<std::string>& lines) {
  Listing repaired("repaired");
  if (report.clock_disorder.count > 0) {
    repaired.put(fmt::format("steps back of the clock: {} (first in line {}, by {} ns at most)",
                             report.clock_disorder.count, report.clock_disorder.first_line,
                             report.most_disorder.nanoseconds()));
  }
  repaired.add(report.clock_set_back, "clock set back, and gone on from there");
  repaired.add(report.missing_switches, "missing switches");
  repaired.add(report.on_two_cpus, "threads on two CPUs at once");
  repaired.add(report.reused_pids, "pids used again without an exit");
  repaired.end(lines);
}

void add_skips(const SchedTraceReport& report, std::vector<std::string>& lines) {
  Listing skips("skipped");
  for (const auto& [name, tally] : report.skipped) skips.add(tally.count, name);
  skips.add(report.skipped_beyond, "other events");
  skips.add(report.damaged, "damaged events");
  skips.add(report.failed_wakes, "wakeups without success");
  skips.add(report.call_chains, "lines of call chains");
  skips.add(report.stray, "lines that are no events");
  if (report.cut_line > 0) skips.put(fmt::format("the last line, {}, which is cut off", report.cut_line));
  skips.end(lines);
}

}  // namespace

std::uint64_t SchedTraceReport::events() const { return std::accumulate(read.begin(), read.end(), std::uint64_t{0}); }

void SchedTraceReport::skip(std::string_view name, unsigned line) {
  auto known = skipped.find(name);
  if (known == skipped.end()) {
    if (skipped.size() == most_names || has_control_character(name)) return skipped_beyond.note(line);
    known = skipped.emplace(name, TraceTally()).first;
  }
  known->second.note(line);
}

std::vector<std::string> SchedTraceReport::lines() const {
  std::vector<std::string> lines = {coverage(*this)};
  add_events(*this, lines);
  add_repairs(*this, lines);
  add_skips(*this, lines);
  if (lost_markers.count > 0) {
    lines.push_back(fmt::format("the recorder lost events {} ({} in all, as far as it says; first in line {})",
                                times(lost_markers.count), lost_events, lost_markers.first_line));
  }
  if (deadline_threads.count > 0) {
    lines.push_back(
        fmt::format("SCHED_DEADLINE (first in line {}): its reservation is not in the recording, so these "
                    "threads run as FIFO with priority 99",
                    deadline_threads.first_line));
  }
  return lines;
}

}  // namespace signalbox
