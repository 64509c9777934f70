// Stopping, continuing, and what parents are told of their children.
#include <utility>

#include "kernel/task/signalling.hpp"

namespace signalbox {
namespace {

constexpr SignalSet continue_signal{Signal::sigcont};

// In clock ticks of times(2).
std::int64_t ticks(Duration time) { return time / 10_ms; }

SignalInfo child_info(const Process& child, std::int32_t code, std::uint64_t status) {
  const CpuTimes times = child.times();
  SignalInfo info = SignalInfo::from(Signal::sigchld, code, child.pid, child.credentials.real_user, status);
  info.user_ticks = ticks(times.user);
  info.kernel_ticks = ticks(times.kernel);
  return info;
}

}  // namespace

// Stop and continue take each other back when they are generated, whatever becomes of them (kernel/signal.c,
// prepare_signal).
void Signalling::prepare(Process& process, Signal signal) {
  if (stop_signals.has(signal)) discard(process, continue_signal);
  if (signal != Signal::sigcont) return;
  discard(process, stop_signals);
  resume(process);
}

void Signalling::resume(Process& process) {
  ProcessSignals& own = process.signals;
  const JobState before = std::exchange(own.job, JobState::runs);
  for (Thread& thread : process.threads) recompute(thread);
  if (before == JobState::runs) return;
  const bool had_stopped = before == JobState::stopped;
  own.stopped_threads = 0;
  own.reports_stop = false;
  own.reports_continue = true;
  own.continued.wake(Waiters::all);
  // A parent that was not told of the stop yet is told of that (SIGNAL_CLD_STOPPED).
  const std::int32_t code = had_stopped ? signal_code::child_continued : signal_code::child_stopped;
  tell_parent_of_job(process, code, had_stopped ? Signal::sigcont : own.stopped_by);
}

void Signalling::begin_stop(Process& process, Signal signal) {
  ProcessSignals& own = process.signals;
  own.job = JobState::stops;
  own.stopped_by = signal;
  own.stopped_threads = 0;
  own.reports_continue = false;
  for (Thread& thread : process.threads) {
    if (thread.state != ThreadState::exited) notify(thread);
  }
}

void Signalling::thread_stops(Thread& thread) {
  ++thread.process.signals.stopped_threads;
  complete_stop(thread.process);
}

void Signalling::complete_stop(Process& process) {
  ProcessSignals& own = process.signals;
  if (own.job != JobState::stops || own.stopped_threads < process.live_threads) return;
  own.job = JobState::stopped;
  own.reports_stop = true;
  tell_parent_of_job(process, signal_code::child_stopped, own.stopped_by);
}

// A child that has stopped or goes on (kernel/signal.c, do_notify_parent_cldstop).
void Signalling::tell_parent_of_job(const Process& child, std::int32_t code, Signal status) {
  Process& parent = *child.parent;
  const Disposition action = parent.signals.disposition(Signal::sigchld);
  if (action.handler != Disposition::ignored && !action.has(signal_flag::no_child_stop)) {
    static_cast<void>(send(parent, child_info(child, code, static_cast<std::uint64_t>(status))));
  }
  parent.child_changed.wake(Waiters::all);
}

bool Signalling::reaps_children(const Process& parent) {
  if (parent.reaps_automatically) return true;
  const Disposition action = parent.signals.disposition(Signal::sigchld);
  return action.handler == Disposition::ignored || action.has(signal_flag::no_child_wait);
}

void Signalling::child_ended(Process& child) {
  Process& parent = *child.parent;
  if (parent.signals.disposition(Signal::sigchld).handler == Disposition::ignored) return;
  const WaitStatus status = child.status;
  const bool has_exited = status.has_exited();
  const std::int32_t code = has_exited ? signal_code::child_exited : signal_code::child_killed;
  const int value = has_exited ? status.exit_code() : status.signal();
  static_cast<void>(send(parent, child_info(child, code, static_cast<std::uint64_t>(value))));
}

// No member has a parent outside of the group and in the session, who could manage it (kernel/exit.c,
// will_become_orphaned_pgrp).
bool Signalling::is_orphaned(ProcessGroupId group, const Process* without) const {
  bool is_managed = false;
  table_.for_each_process([&](const Process& member) {
    if (member.group != group || &member == without || member.parent == nullptr) return;
    const bool has_ended = member.state == ProcessState::zombie;
    const bool is_of_init = member.parent->parent == nullptr;
    if (has_ended || is_of_init) return;
    is_managed |= member.parent->group != group && member.parent->session == member.session;
  });
  return !is_managed;
}

// The group of the leaving process loses a member with a parent outside; those of its children lose such a parent
// (kernel/exit.c, kill_orphaned_pgrp).
void Signalling::group_loses(ProcessGroupId group, const Process& member, const Process& parent,
                             const Process* without) {
  if (parent.group == group || parent.session != member.session || !is_orphaned(group, without)) return;
  bool has_stopped = false;
  table_.for_each_process([&](const Process& process) {
    has_stopped |= process.group == group && process.signals.job == JobState::stopped;
  });
  if (!has_stopped) return;
  for (const Signal signal : {Signal::sighup, Signal::sigcont}) {
    table_.for_each_process([&](Process& process) {
      if (process.group == group) static_cast<void>(send(process, SignalInfo::from_kernel(signal)));
    });
  }
}

void Signalling::process_leaves(const Process& leaving) {
  group_loses(leaving.group, leaving, *leaving.parent, &leaving);
}

void Signalling::child_adopted(const Process& child, const Process& before) {
  group_loses(child.group, child, before, nullptr);
}

}  // namespace signalbox
