#include "tools/metrics/run_metrics.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"

namespace signalbox {

namespace {

// Facts are read in blocks, and their records fetched two blocks ahead: there when their turn comes, at a few ns a fact
// and 100 ns a memory access.
constexpr std::size_t block_size = 16;
constexpr std::size_t prefetch_distance = 2 * block_size;
// Fewer records than this stay in the caches by themselves.
constexpr std::size_t prefetch_threshold = 4'096;

[[gnu::always_inline]] inline void prefetch(const ThreadRecord& thread, TraceKind kind) {
  __builtin_prefetch(&thread, 1);
  const bool needs_second_line =
      kind == TraceKind::thread_ready || kind == TraceKind::thread_blocked || kind == TraceKind::thread_migrated;
  if (needs_second_line) __builtin_prefetch(&thread.entitled, 1);
}

using Facts = std::span<const TraceEvent>;
Facts block_of(Facts batch) { return batch.first(std::min(batch.size(), block_size)); }
Facts rest_of(Facts batch, std::size_t count) { return batch.subspan(std::min(batch.size(), count)); }

Duration nanoseconds(std::uint64_t value) { return Duration(static_cast<std::int64_t>(value)); }

}  // namespace

TraceKinds RunMetrics::wanted() const {
  using enum TraceKind;
  return bit(machine_started) | bit(thread_created) | bit(thread_renamed) | bit(thread_attributes) | bit(thread_ready) |
         bit(thread_blocked) | bit(run_begin) | bit(run_end) | bit(thread_migrated) | bit(thread_exited) |
         bit(activation_begun) | bit(activation_ended) | bit(machine_stopped) | bit(cpu_offline) | bit(cpu_online) |
         bit(affinity_broken);
}

[[gnu::flatten]] void RunMetrics::consume(std::span<const TraceEvent> batch, const TraceNames& names) {
  live_names_ = &names;
  const bool looks_ahead = threads_.size() >= prefetch_threshold;
  for (; !batch.empty(); batch = rest_of(batch, block_size)) {
    if (looks_ahead) {
      for (const TraceEvent& event : block_of(rest_of(batch, prefetch_distance))) {
        const auto tid = static_cast<std::size_t>(event.thread.value());
        if (tid < threads_.size()) prefetch(threads_[tid], event.kind);
        if (event.cpu.value() < cpu_count_) __builtin_prefetch(&cpus_[event.cpu.value()], 1);
      }
    }
    for (const TraceEvent& event : block_of(batch)) apply(event);
  }
}

void RunMetrics::apply(const TraceEvent& event) {
  switch (event.kind) {
    using enum TraceKind;
    case run_begin:
      return on_begin(event);
    case run_end:
      return on_end(event);
    case thread_ready:
      return on_ready(event);
    case thread_blocked:
    case thread_migrated:
      return event.kind == thread_blocked ? on_blocked(event) : on_migrated(event);
    case thread_created:
      return on_created(event);
    case thread_renamed:
    case thread_attributes:
      return on_attributes(event);
    case thread_exited:
      return on_exited(event);
    case activation_begun:
    case activation_ended:
      return on_activation(event);
    case machine_started:
    case machine_stopped:
    case cpu_offline:
    case cpu_online:
    case affinity_broken:
      return on_machine(event);
    case process_created:
    case syscall_entered:
    case syscall_returned:
    case signal_posted:
    case process_exited:
    case process_reaped:
    case tick:
    case page_fault:
    case signal_delivered:
      return;
  }
}

void RunMetrics::on_activation(const TraceEvent& event) {
  event.kind == TraceKind::activation_begun ? on_activation_begun(event) : on_activation_ended(event);
}

void RunMetrics::on_machine(const TraceEvent& event) {
  if (event.kind == TraceKind::machine_started) return on_started(event);
  if (event.kind == TraceKind::machine_stopped) end_ = static_cast<RunEnd>(event.detail);
  if (event.kind == TraceKind::affinity_broken) ++broken_affinities_;
  if (event.kind == TraceKind::cpu_offline) {
    cpu(event.cpu).go_offline(event.when);
    fair_share_.set_cpus(--online_, event.when);
  } else if (event.kind == TraceKind::cpu_online) {
    cpu(event.cpu).come_online(event.when);
    fair_share_.set_cpus(++online_, event.when);
  }
}

void RunMetrics::on_started(const TraceEvent& event) {
  cpus_.resize(event.a);
  cpu_count_ = cpus_.size();
  online_ = static_cast<unsigned>(event.a);
  fair_share_.start(static_cast<unsigned>(event.a));
  started_ = event.when;
}

void RunMetrics::on_renamed(const TraceEvent& event) {
  record(event.thread).name = NameId(static_cast<NameId::Value>(event.b));
}

void RunMetrics::on_created(const TraceEvent& event) {
  const auto index = static_cast<std::size_t>(event.thread.value());
  if (index >= threads_.size()) threads_.resize(index + 1);
  greatest_tid_ = threads_.size() - 1;
  ThreadRecord& thread = threads_[index];
  if (thread.has(ThreadRecord::is_present)) {
    former_.push_back({thread, index < activations_.size() ? activations_[index] : ActivationRecord()});
    thread = ThreadRecord();
    if (index < activations_.size()) activations_[index] = ActivationRecord();
  }
  thread.flags = ThreadRecord::is_present;
  if (event.detail != 0) thread.set(ThreadRecord::is_of_kernel);
  thread.since = thread.arrival = event.when;
  thread.tid = event.thread;
  thread.pid = Pid(static_cast<Pid::Value>(event.a));
  thread.name = NameId(static_cast<NameId::Value>(event.b));
  thread.group = fair_share_.group_of(1'024);
}

void RunMetrics::on_attributes(const TraceEvent& event) {
  if (event.kind == TraceKind::thread_renamed) return on_renamed(event);
  ThreadRecord& thread = record(event.thread);
  const FairShare::Group group = fair_share_.group_of(static_cast<std::uint32_t>(event.a));
  if (thread.is_runnable()) {
    fair_share_.leave(thread.group, event.when, thread.entitled);
    fair_share_.join(group, event.when, thread.entitled);
  }
  thread.group = group;
}

void RunMetrics::on_ready(const TraceEvent& event) {
  ThreadRecord& thread = record(event.thread);
  if (thread.has(ThreadRecord::is_running)) {
    thread.set(ThreadRecord::woken_early);
    return;
  }
  if (thread.place == place_ready) return;
  thread.move_to(place_ready, event.when);
  fair_share_.join(thread.group, event.when, thread.entitled);
  if (static_cast<ReadyReason>(event.detail) != ReadyReason::created) thread.set(ThreadRecord::was_woken);
}

void RunMetrics::on_blocked(const TraceEvent& event) {
  ThreadRecord& thread = record(event.thread);
  thread.wait_kind = event.detail;
  if (thread.has(ThreadRecord::is_running)) return;
  // Job control stops a thread that is not on a CPU.
  if (thread.place == place_ready) fair_share_.leave(thread.group, event.when, thread.entitled);
  thread.move_to(blocked_place(event.detail), event.when);
  thread.clear(ThreadRecord::was_woken);
}

void RunMetrics::on_begin(const TraceEvent& event) {
  ThreadRecord& thread = record(event.thread);
  if (!thread.is_runnable()) fair_share_.join(thread.group, event.when, thread.entitled);
  if (thread.place == place_ready) {
    end_wait(thread, event.when);
  }
  thread.move_to(place_elsewhere, event.when);
  if (!thread.has(ThreadRecord::has_run)) thread.first_run = event.when;
  thread.clear(ThreadRecord::was_woken | ThreadRecord::woken_early);
  thread.set(ThreadRecord::has_run | ThreadRecord::is_running);
  thread.wait_kind = ThreadRecord::no_wait_kind;

  CpuRecord& on = cpu(event.cpu);
  const auto kind = static_cast<SwitchKind>(event.detail);
  const bool goes_on = kind == SwitchKind::resumed && on.would_go_on(event.when);
  if (goes_on) undo_switch(thread, on.last_reason());
  ++dispatches_[event.detail];
  on.begin(event.when, nanoseconds(event.a), goes_on);
}

// It runs, or the run ends while it waits still.
inline void RunMetrics::end_wait(ThreadRecord& thread, Instant now) {
  const Duration waited = now - thread.since;
  thread.longest_wait = std::max(thread.longest_wait, waited);
  if (thread.has(ThreadRecord::was_woken)) wakeup_latency_.add(waited);
}

void RunMetrics::undo_switch(ThreadRecord& thread, SwitchReason reason) {
  --switches_.by_reason[static_cast<unsigned>(reason)];
  --(contains(voluntary_reasons, reason) ? thread.voluntary : thread.involuntary);
}

void RunMetrics::on_end(const TraceEvent& event) {
  ThreadRecord& thread = record(event.thread);
  const auto reason = static_cast<SwitchReason>(event.detail);
  thread.user += nanoseconds(event.a);
  thread.kernel += nanoseconds(event.b);
  thread.voluntary += contains(voluntary_reasons, reason) ? 1u : 0u;
  thread.involuntary += contains(involuntary_reasons, reason) ? 1u : 0u;
  ++switches_.by_reason[event.detail];
  leave_cpu(thread, event.when, reason);

  CpuRecord& on = cpu(event.cpu);
  on.end(event.when, reason);
  if (on.stretch() > longest_stretch_ && thread.pid != init_pid) {
    longest_stretch_ = on.stretch();
    longest_stretch_name_ = thread.name;
  }
}

void RunMetrics::leave_cpu(ThreadRecord& thread, Instant now, SwitchReason reason) {
  thread.clear(ThreadRecord::is_running);
  if (contains(still_ready_reasons, reason)) return thread.move_to(place_ready, now);
  if (thread.has(ThreadRecord::woken_early)) {
    thread.set(ThreadRecord::was_woken);
    return thread.move_to(place_ready, now);
  }
  fair_share_.leave(thread.group, now, thread.entitled);
  if (reason == SwitchReason::exited || reason == SwitchReason::stopped) return thread.move_to(place_elsewhere, now);
  if (thread.wait_kind == ThreadRecord::no_wait_kind) {
    thread.wait_kind =
        static_cast<std::uint8_t>(reason == SwitchReason::memory_shortage ? WaitKind::memory : WaitKind::time);
  }
  thread.move_to(blocked_place(thread.wait_kind), now);
}

void RunMetrics::on_migrated(const TraceEvent& event) { ++record(event.thread).migrations; }

void RunMetrics::on_exited(const TraceEvent& event) {
  ThreadRecord& thread = record(event.thread);
  thread.set(ThreadRecord::has_finished);
  thread.finish = event.when;
  if (thread.has(ThreadRecord::is_running)) return;  // its run_end follows
  if (thread.place == place_ready) fair_share_.leave(thread.group, event.when, thread.entitled);
  thread.move_to(place_elsewhere, event.when);
}

void RunMetrics::on_activation_begun(const TraceEvent& event) {
  activation(event.thread).begin(nanoseconds(event.b));
  activation_latency_.add(nanoseconds(event.b));
}

void RunMetrics::on_activation_ended(const TraceEvent& event) {
  if (event.detail == 0) return;
  const Duration slack = nanoseconds(event.b);
  activation(event.thread).meet_deadline(slack);
  if (slack < Duration()) tardiness_.add(-slack);
}

ThreadRecord& RunMetrics::record(Tid tid) {
  const auto index = static_cast<std::size_t>(tid.value());
  // One comparison refuses the thread 0 as well, which names nobody.
  CHECK(index - 1 < greatest_tid_, "a thread's first event is its creation");
  return threads_[index];
}

ActivationRecord& RunMetrics::activation(Tid tid) {
  const auto index = static_cast<std::size_t>(tid.value());
  CHECK(index < threads_.size(), "a thread's first event is its creation");
  if (index >= activations_.size()) activations_.resize(index + 1);
  return activations_[index];
}

CpuRecord& RunMetrics::cpu(CpuId id) {
  CHECK(id.value() < cpu_count_, "machine_started said how many CPUs there are");
  return cpus_[id.value()];
}

void RunMetrics::finish(Instant end) {
  ended_ = end;
  const auto close = [&](ThreadRecord& thread) {
    if (thread.place == place_ready) end_wait(thread, end);
    if (thread.is_runnable()) fair_share_.leave(thread.group, end, thread.entitled);
    thread.move_to(place_elsewhere, end);
    thread.clear(ThreadRecord::is_running);
  };
  std::ranges::for_each(threads_, close);
  switches_.process = dispatches_[static_cast<unsigned>(SwitchKind::process)];
  switches_.thread = dispatches_[static_cast<unsigned>(SwitchKind::thread)];
  classify(switches_);
  for (std::uint32_t index = 0; index < former_.size(); ++index) {
    if (is_workload(former_[index].thread)) workload_.push_back(index);
  }
  for (std::size_t index = 0; index < threads_.size(); ++index) {
    if (is_workload(threads_[index])) workload_.push_back(static_cast<std::uint32_t>(former_.size() + index));
  }
  if (live_names_ == nullptr) return;
  names_.reserve(live_names_->count() + 1);
  for (NameId::Value id = 0; id <= live_names_->count(); ++id) names_.emplace_back(live_names_->name(NameId(id)));
  live_names_ = nullptr;
}

}  // namespace signalbox
