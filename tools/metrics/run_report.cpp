#include "tools/metrics/run_report.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"
#include "tools/metrics/run_metrics.hpp"

namespace signalbox {

namespace {

double ratio(Duration part, Duration whole) {
  return static_cast<double>(part.nanoseconds()) / static_cast<double>(whole.nanoseconds());
}

// A thread to which fairness owes nothing was never runnable for any length of time, so it was not wronged.
double share_of(const ThreadRecord& thread) {
  if (thread.entitled < 0.5) return 1;
  return static_cast<double>((thread.user + thread.kernel).nanoseconds()) / thread.entitled;
}

void add_times(ThreadReport& report, const ThreadRecord& from) {
  report.user = from.user;
  report.kernel = from.kernel;
  report.waiting = from.waiting();
  report.longest_wait = from.longest_wait;
  report.blocked_by = from.blocked_by;
  for (const Duration part : from.blocked_by) report.blocked += part;
  report.fair_share = share_of(from);
}

void add_turns(ThreadReport& report, const ActivationRecord& from) {
  report.activations = from.begun;
  report.deadlines = from.deadlines + from.overdue;
  report.deadline_misses = from.missed + from.overdue;
  if (from.begun > 0) {
    report.activation_latency_mean = from.latency_sum / from.begun;
    report.activation_latency_max = from.latency_max;
  }
  if (from.deadlines > 0) {
    report.slack_mean = from.slack_sum / from.deadlines;
    report.slack_min = from.slack_min;
  }
}

}  // namespace

const ThreadRecord& RunMetrics::workload(std::size_t index) const {
  CHECK(index < workload_.size(), "finish() counted the threads");
  const std::size_t place = workload_[index];
  return place < former_.size() ? former_[place].thread : threads_[place - former_.size()];
}

ActivationRecord RunMetrics::activation_of(std::size_t index) const {
  const std::size_t place = workload_[index];
  if (place < former_.size()) return former_[place].activation;
  const std::size_t tid = place - former_.size();
  return tid < activations_.size() ? activations_[tid] : ActivationRecord();
}

ThreadReport RunMetrics::thread(std::size_t index) const {
  const ThreadRecord& from = workload(index);
  ThreadReport report;
  report.name = names_[from.name.value()];
  report.pid = from.pid;
  report.tid = from.tid;
  report.arrival = from.arrival;
  if (from.has(ThreadRecord::has_run)) {
    report.first_run = from.first_run;
    report.response = from.first_run - from.arrival;
  }
  if (from.has(ThreadRecord::has_finished)) {
    report.finish = from.finish;
    report.turnaround = from.finish - from.arrival;
  }
  add_times(report, from);
  if (!measures_fairness_) report.fair_share.reset();
  report.voluntary = from.voluntary;
  report.involuntary = from.involuntary;
  report.migrations = from.migrations;
  add_turns(report, activation_of(index));
  return report;
}

RunReport RunMetrics::report() const {
  RunReport report;
  report.end = end_;
  report.groups = groups_;
  report.memory = memory_;
  report.cpus = static_cast<unsigned>(cpus_.size());
  report.elapsed = ended_ - started_;
  report.cpu = cpu_usage();
  report.switches = switches_;
  report.wakeup_latency = wakeup_latency_.distribution();
  report.fairness_jain = fairness();
  add_counts(report);
  add_activations(report);
  add_distributions(report);
  report.causes = causes(report.makespan);
  return report;
}

void RunMetrics::add_counts(RunReport& report) const {
  report.broken_affinities = broken_affinities_;
  report.threads = workload_.size();
  Instant first = Instant::max();
  Instant last;
  for (std::size_t index = 0; index < workload_.size(); ++index) {
    const ThreadRecord& thread = workload(index);
    const bool has_finished = thread.has(ThreadRecord::has_finished);
    if (has_finished) ++report.finished;
    report.migrations += thread.migrations;
    first = std::min(first, thread.arrival);
    last = std::max(last, has_finished ? thread.finish : ended_);
    for (unsigned kind = 0; kind < wait_kind_count; ++kind) report.blocked_by[kind] += thread.blocked_by[kind];
  }
  report.unfinished = report.threads - report.finished;
  if (!workload_.empty()) report.makespan = last - first;
  if (report.makespan > Duration()) {
    report.throughput_per_s = static_cast<double>(report.finished) / report.makespan.seconds();
  }
}

void RunMetrics::add_activations(RunReport& report) const {
  for (std::size_t index = 0; index < workload_.size(); ++index) {
    const ActivationRecord activations = activation_of(index);
    report.activations += activations.begun;
    report.deadlines += activations.deadlines + activations.overdue;
    report.deadline_misses += activations.missed + activations.overdue;
  }
  report.activation_latency = activation_latency_.distribution();
  report.tardiness = tardiness_.distribution();
}

void RunMetrics::add_distributions(RunReport& report) const {
  // Gathered one quantity at a time: a million samples of each are enough memory as it is.
  std::vector<std::int64_t> samples;
  samples.reserve(workload_.size());
  const auto gather = [&](auto&& add) {
    samples.clear();
    for (std::size_t index = 0; index < workload_.size(); ++index) add(workload(index));
    return distribution_of(samples);
  };
  report.waiting = gather([&](const ThreadRecord& of) { samples.push_back(of.waiting().nanoseconds()); });
  report.response = gather([&](const ThreadRecord& of) {
    const Instant begun = of.has(ThreadRecord::has_run)        ? of.first_run
                          : of.has(ThreadRecord::has_finished) ? of.finish
                                                               : ended_;
    samples.push_back((begun - of.arrival).nanoseconds());
  });
  std::vector<double> slowdowns;
  report.turnaround = gather([&](const ThreadRecord& of) {
    if (!of.has(ThreadRecord::has_finished)) return;
    const Duration turnaround = of.finish - of.arrival;
    samples.push_back(turnaround.nanoseconds());
    // A thread that did nothing but wait has no finite slowdown.
    if (turnaround > of.waiting()) slowdowns.push_back(ratio(turnaround, turnaround - of.waiting()));
  });
  report.slowdown = distribution_of(slowdowns);
}

CpuUsage RunMetrics::cpu_usage() const {
  CpuUsage usage;
  Duration busy;
  for (const CpuRecord& on : cpus_) {
    busy += on.busy();
    usage.switching += on.switching();
    usage.offline += on.offline(ended_);
  }
  const auto add = [&](const ThreadRecord& thread) {
    usage.user += thread.user;
    usage.kernel += thread.kernel;
  };
  for (const ThreadRecord& thread : threads_) add(thread);
  for (const Former& former : former_) add(former.thread);
  const Duration capacity = (ended_ - started_) * static_cast<std::int64_t>(cpus_.size());
  const Duration online = capacity - usage.offline;
  usage.idle = online - busy;
  usage.other = busy - usage.user - usage.kernel - usage.switching;
  if (online > Duration()) usage.utilisation = ratio(busy, online);
  return usage;
}

std::optional<double> RunMetrics::fairness() const {
  if (!measures_fairness_) return std::nullopt;
  std::vector<double> shares;
  shares.reserve(workload_.size());
  for (std::size_t index = 0; index < workload_.size(); ++index) shares.push_back(share_of(workload(index)));
  return jain_index(shares);
}

Causes RunMetrics::causes(Duration makespan) const {
  Causes causes;
  causes.preemptions = switches_.of(SwitchReason::slice_expired) + switches_.of(SwitchReason::preempted);
  causes.longest_run = longest_stretch_;
  if (!names_.empty()) causes.longest_run_thread = names_[longest_stretch_name_.value()];
  for (std::size_t index = 0; index < workload_.size(); ++index) {
    const ThreadRecord& thread = workload(index);
    if (thread.longest_wait * 2 > makespan) ++causes.starved;
    if (thread.longest_wait > causes.longest_wait) {
      causes.longest_wait = thread.longest_wait;
      causes.longest_wait_thread = names_[thread.name.value()];
    }
  }
  return causes;
}

}  // namespace signalbox
