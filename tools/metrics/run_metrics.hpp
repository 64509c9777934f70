#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernel/sim/trace_sink.hpp"
#include "tools/metrics/activation_record.hpp"
#include "tools/metrics/cpu_record.hpp"
#include "tools/metrics/fair_share.hpp"
#include "tools/metrics/huge_page_allocator.hpp"
#include "tools/metrics/run_report.hpp"
#include "tools/metrics/sample_recorder.hpp"
#include "tools/metrics/switch_counts.hpp"
#include "tools/metrics/thread_record.hpp"

namespace signalbox {

// Measures a run from its facts alone. Attach it to the TraceLog before the run; read the reports after finish().
// run_report.hpp defines every number.
class RunMetrics final : public TraceSink {
 public:
  RunMetrics() : threads_(1) {}

  TraceKinds wanted() const override;
  void consume(std::span<const TraceEvent> batch, const TraceNames& names) override;
  void finish(Instant end) override;
  // Deadlines of a living thread that passed before the end of the run, and of which no activation_ended tells.
  void add_overdue(Tid thread, std::uint64_t count) { activation(thread).overdue += count; }

  // What the machine counted of its task groups, for the report.
  void set_groups(std::vector<GroupReport> groups) { groups_ = std::move(groups); }
  // Threads are in task groups that the policy heeds: weights alone do not say what each was owed.
  void omit_fairness() { measures_fairness_ = false; }

  // What it counted of its memory.
  void set_memory(const MemoryReport& memory) { memory_ = memory; }

  RunReport report() const;
  // The threads of the workload; those whose tid was used again come first, the others by tid.
  std::size_t thread_count() const { return workload_.size(); }
  ThreadReport thread(std::size_t index) const;

 private:
  void apply(const TraceEvent& event);
  void on_machine(const TraceEvent& event);
  void on_started(const TraceEvent& event);
  void on_renamed(const TraceEvent& event);
  void on_created(const TraceEvent& event);
  void on_attributes(const TraceEvent& event);
  void on_ready(const TraceEvent& event);
  void on_blocked(const TraceEvent& event);
  void on_begin(const TraceEvent& event);
  void on_end(const TraceEvent& event);
  void end_wait(ThreadRecord& thread, Instant now);
  void leave_cpu(ThreadRecord& thread, Instant now, SwitchReason reason);
  void undo_switch(ThreadRecord& thread, SwitchReason reason);
  void on_migrated(const TraceEvent& event);
  void on_exited(const TraceEvent& event);
  void on_activation(const TraceEvent& event);
  void on_activation_begun(const TraceEvent& event);
  void on_activation_ended(const TraceEvent& event);

  ThreadRecord& record(Tid tid);
  ActivationRecord& activation(Tid tid);
  CpuRecord& cpu(CpuId id);
  const ThreadRecord& workload(std::size_t index) const;
  ActivationRecord activation_of(std::size_t index) const;

  void add_counts(RunReport& report) const;
  void add_activations(RunReport& report) const;
  void add_distributions(RunReport& report) const;
  CpuUsage cpu_usage() const;
  std::optional<double> fairness() const;
  Causes causes(Duration makespan) const;

  std::vector<ThreadRecord, HugePageAllocator<ThreadRecord>> threads_;  // by tid; [0] is nobody
  std::vector<ActivationRecord> activations_;                           // by tid, as far as one has had an activation
  struct Former {
    ThreadRecord thread;
    ActivationRecord activation;
  };
  std::vector<Former> former_;  // threads whose tid another thread got
  std::vector<CpuRecord> cpus_;
  // The bounds of both, at hand for every event.
  std::size_t greatest_tid_ = 0;
  std::size_t cpu_count_ = 0;
  unsigned online_ = 0;  // of the CPUs
  std::uint64_t broken_affinities_ = 0;
  FairShare fair_share_;
  SwitchCounts switches_;
  std::array<std::uint64_t, 3> dispatches_{};  // by SwitchKind
  SampleRecorder wakeup_latency_;
  SampleRecorder activation_latency_;
  SampleRecorder tardiness_;
  Duration longest_stretch_;
  NameId longest_stretch_name_;
  Instant started_;
  Instant ended_;
  RunEnd end_ = RunEnd::finished;
  std::vector<GroupReport> groups_;
  std::optional<MemoryReport> memory_;
  bool measures_fairness_ = true;
  std::vector<std::string> names_;  // by NameId, copied at the end because the log may not outlive us
  const TraceNames* live_names_ = nullptr;
  std::vector<std::uint32_t> workload_;  // indices into former_, then threads_
};

}  // namespace signalbox
