#include "workloads/formats/sched_trace_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace signalbox {

using State = TraceThreadState;

namespace {

// A thread on its way to sleep is off the run queue some microseconds before sched_switch says so; who wakes it then
// waits for its CPU (kernel/sched/core.c, try_to_wake_up() and p->on_cpu). Earlier wakeups kept it from sleeping.
constexpr Duration longest_way_to_sleep = 10_us;

}  // namespace

void SchedTraceHistory::feed(const SchedTraceLine& line, unsigned number) {
  line_ = number;
  if (line.cpu >= most_cpus) {
    throw InputError({file_, number, 1}, fmt::format("CPU {}", line.cpu), fmt::format("at most {} CPUs", most_cpus));
  }
  const std::optional<Instant> when = clock_.at(line.when, number);
  if (!when) {
    throw InputError({file_, number, 1}, "more than ten days after the first event", "a recording of less");
  }
  now_ = *when;
  Cpu& cpu = cpu_of(line.cpu);
  // An event of a kind that nobody needs still says who runs. But what the idle thread seems to do while another one
  // runs is an interrupt's deed, in texts that have no flags for that.
  const bool tells_occupant = line.pid != 0 || line.tracepoint == SchedTracepoint::switching;
  if (tells_occupant || cpu.occupant.kind == Occupant::Kind::unknown) {
    expect(cpu, occupant_of(line.pid, line.comm, cpu.last_event));
  }
  actor_ = line.pid != 0 && !line.is_interrupt ? std::optional(cpu.occupant.thread) : std::nullopt;
  if (line.tgid != 0 && line.pid != 0) threads_[cpu.occupant.thread].tgid = line.tgid;
  if (line.tracepoint != SchedTracepoint::other) ++report_.read[static_cast<std::size_t>(line.tracepoint)];
  apply(cpu, line);
  cpu.last_event = now_;
}

void SchedTraceHistory::apply(Cpu& cpu, const SchedTraceLine& line) {
  switch (line.tracepoint) {
    using enum SchedTracepoint;
    case switching:
      return on_switch(cpu, line);
    case waking:
    case wakeup:
      return on_wake(cpu, line);
    case wakeup_new:
      return on_wakeup_new(cpu, line);
    case fork:
      return on_fork(cpu, read_fork_fields(line.fields));
    case newtask:
      return on_fork(cpu, read_newtask_fields(line.fields));
    case migrate:
      if (!read_wake_fields(line.fields)) note_damage();
      return;
    case exit:
      if (!read_exit_pid(line.fields)) note_damage();
      return;
    case other:
      return report_.skip(line.name, line_);
  }
}

void SchedTraceHistory::cpu_begins(unsigned number) {
  if (number >= most_cpus) return;
  if (number >= cpus_.size()) cpus_.resize(number + 1);
  if (!cpus_[number].is_seen) cpus_[number].begins_late = true;
}

SchedTraceHistory::Cpu& SchedTraceHistory::cpu_of(unsigned number) {
  if (number >= cpus_.size()) cpus_.resize(number + 1);
  Cpu& cpu = cpus_[number];
  if (!std::exchange(cpu.is_seen, true)) cpu.since = cpu.last_event = cpu.begins_late ? now_ : clock_.beginning();
  return cpu;
}

SchedTraceHistory::Occupant SchedTraceHistory::occupant_of(std::int32_t pid, std::string_view comm,
                                                           Instant first_seen) {
  if (pid == 0) return {Occupant::Kind::idle};
  if (const auto known = threads_.find(pid)) {
    threads_.rename(*known, comm);
    return {Occupant::Kind::thread, *known};
  }
  const TraceThreadId thread = threads_.add(pid, comm, first_seen, line_);
  threads_[thread].state = State::runnable;
  return {Occupant::Kind::thread, thread};
}

// Accounts a CPU's time until then to who is on it.
void SchedTraceHistory::settle(Cpu& cpu, Instant until) {
  const Duration length = until - std::exchange(cpu.since, until);
  switch (cpu.occupant.kind) {
    case Occupant::Kind::unknown:
      return;
    case Occupant::Kind::idle:
      report_.idle += length;
      return;
    case Occupant::Kind::thread:
      report_.busy += length;
      threads_[cpu.occupant.thread].run += length;
      return;
  }
}

void SchedTraceHistory::occupy(Cpu& cpu, Occupant occupant, Instant when) {
  cpu.since = when;
  cpu.occupant = occupant;
  if (occupant.kind != Occupant::Kind::thread) return;
  TraceThread& thread = threads_[occupant.thread];
  if (thread.state == State::running) {
    report_.on_two_cpus.note(line_);
    vacate(cpus_[thread.cpu]);
  }
  if (thread.state == State::asleep) {
    report_.by_nobody.note(line_);
    add_sleep(occupant.thread, when);
  }
  thread.state = State::running;
  thread.cpu = static_cast<std::uint32_t>(&cpu - cpus_.data());
}

void SchedTraceHistory::add_sleep(TraceThreadId id, Instant until) {
  const Duration length = until - threads_[id].since;
  if (length > Duration()) threads_.add_step(id, RecordedDeed::sleep, length.nanoseconds(), line_);
}

// Who was there has left unseen, after the CPU's last event.
void SchedTraceHistory::vacate(Cpu& cpu) {
  settle(cpu, cpu.last_event);
  leave(cpu, LeftCpu::runnable);
}

// The line says who is on its CPU. If that is not who was switched to, a switch is missing since the CPU's last event.
void SchedTraceHistory::expect(Cpu& cpu, Occupant occupant) {
  if (cpu.occupant == occupant) return;
  const Instant begin = earliest_begin(cpu, occupant);
  if (cpu.occupant.kind != Occupant::Kind::unknown) {
    report_.missing_switches.note(line_);
    report_.guessed += now_ - begin;
    settle(cpu, cpu.occupant.kind == Occupant::Kind::idle ? begin : cpu.last_event);
    leave(cpu, LeftCpu::runnable);
  }
  occupy(cpu, occupant, begin);
}

// Recorders that miss the switch from idleness miss the wakeup too: a thread that slept is taken to have slept no
// longer than its CPU says nothing.
Instant SchedTraceHistory::earliest_begin(const Cpu& cpu, Occupant occupant) {
  if (occupant.kind != Occupant::Kind::thread) return cpu.last_event;
  const TraceThread& thread = threads_[occupant.thread];
  const Instant ready = thread.state == State::running ? cpus_[thread.cpu].last_event : thread.since;
  return std::max(cpu.last_event, ready);
}

// Requires a settled CPU.
void SchedTraceHistory::leave(Cpu& cpu, LeftCpu how) {
  const Occupant left = std::exchange(cpu.occupant, {});
  if (left.kind != Occupant::Kind::thread) return;
  TraceThread& thread = threads_[left.thread];
  thread.state = State::runnable;
  thread.since = cpu.since;
  if (how == LeftCpu::asleep) fall_asleep(left.thread);
  if (how == LeftCpu::ended) threads_.end(left.thread, line_);
}

void SchedTraceHistory::fall_asleep(TraceThreadId id) {
  TraceThread& thread = threads_[id];
  thread.state = State::asleep;
  const std::optional<TraceWake> early = std::exchange(thread.early_wake, std::nullopt);
  if (!early || now_ - early->when > longest_way_to_sleep) return;
  threads_.confirm(*early, id);
  end_sleep(id, early->waker);
}

void SchedTraceHistory::on_switch(Cpu& cpu, const SchedTraceLine& line) {
  const std::optional<SwitchFields> fields = read_switch_fields(line.fields);
  if (!fields) return note_damage();
  // A thread that changed its pid by an exec is the new one from here on.
  if (fields->prev_pid != line.pid) expect(cpu, occupant_of(fields->prev_pid, fields->prev_comm, cpu.last_event));
  settle(cpu, now_);
  if (cpu.occupant.kind == Occupant::Kind::thread) {
    threads_.rename(cpu.occupant.thread, fields->prev_comm);
    note_priority(cpu.occupant.thread, fields->prev_priority);
  }
  leave(cpu, fields->left);
  const Occupant next = occupant_of(fields->next_pid, fields->next_comm, now_);
  occupy(cpu, next, now_);
  if (next.kind == Occupant::Kind::thread) note_priority(next.thread, fields->next_priority);
}

void SchedTraceHistory::on_wake(Cpu& cpu, const SchedTraceLine& line) {
  const std::optional<WakeFields> fields = read_wake_fields(line.fields);
  if (!fields || fields->pid == 0) return note_damage();
  if (!fields->is_success) return report_.failed_wakes.note(line_);
  if (line.tracepoint == SchedTracepoint::waking) has_waking_ = true;
  const auto known = threads_.find(fields->pid);
  if (!known) {
    const TraceThreadId thread = threads_.add(fields->pid, fields->comm, now_, line_);
    threads_[thread].state = State::runnable;
    return note_priority(thread, fields->priority);
  }
  settle(cpu, now_);
  // What wakes itself is an interrupt that came before it slept.
  wake(*known, actor_ != known ? actor_ : std::nullopt, line.tracepoint == SchedTracepoint::waking || !has_waking_);
}

// `is_first_sign`: no earlier event told of the same wakeup.
void SchedTraceHistory::wake(TraceThreadId id, std::optional<TraceThreadId> waker, bool is_first_sign) {
  TraceThread& thread = threads_[id];
  if (thread.state == State::asleep) {
    threads_.confirm(threads_.add_wake(waker, now_, line_), id);
    return end_sleep(id, waker);
  }
  if (is_first_sign) thread.early_wake = threads_.add_wake(waker, now_, line_);
}

void SchedTraceHistory::end_sleep(TraceThreadId id, std::optional<TraceThreadId> waker) {
  TraceThread& thread = threads_[id];
  if (waker) {
    ++report_.by_thread;
    threads_.add_step(id, RecordedDeed::await, 0, line_);
  } else {
    ++report_.by_interrupt;
    add_sleep(id, now_);
  }
  thread.state = State::runnable;
  thread.since = now_;
}

void SchedTraceHistory::on_wakeup_new(Cpu& cpu, const SchedTraceLine& line) {
  const std::optional<WakeFields> fields = read_wake_fields(line.fields);
  if (!fields || fields->pid == 0) return note_damage();
  const auto known = threads_.find(fields->pid);
  const bool is_known = known && threads_[*known].state == State::created;
  const TraceThreadId thread = is_known ? *known : start(cpu, fields->pid, fields->comm);
  threads_[thread].state = State::runnable;
  note_priority(thread, fields->priority);
}

void SchedTraceHistory::on_fork(Cpu& cpu, std::optional<ForkFields> fields) {
  if (!fields || fields->child == 0) return note_damage();
  const auto known = threads_.find(fields->child);
  const bool is_known = known && threads_[*known].state == State::created;
  const TraceThreadId child = is_known ? *known : start(cpu, fields->child, fields->child_comm);
  if (!fields->is_thread || !actor_) return;
  TraceThread& parent = threads_[*actor_];
  if (parent.tgid == 0) parent.tgid = parent.pid;
  threads_[child].tgid = parent.tgid;
}

// A new thread: the deed of the thread on that CPU, or an arrival from outside.
TraceThreadId SchedTraceHistory::start(Cpu& cpu, std::int32_t pid, std::string_view comm) {
  if (const auto old = threads_.find(pid)) {
    report_.reused_pids.note(line_);
    if (threads_[*old].state == State::running) vacate(cpus_[threads_[*old].cpu]);
    threads_.end(*old, line_);
  }
  const TraceThreadId child = threads_.add(pid, comm, now_, line_);
  settle(cpu, now_);
  if (actor_ && threads_[*actor_].state == State::running) {
    threads_.add_step(*actor_, RecordedDeed::start, child, line_);
    threads_[child].is_started = true;
  }
  return child;
}

void SchedTraceHistory::note_priority(TraceThreadId thread, int priority) {
  if (priority < 0) report_.deadline_threads.note(line_);
  threads_.set_priority(thread, priority, line_);
}

std::vector<Task> SchedTraceHistory::take_tasks() {
  for (Cpu& cpu : cpus_) {
    if (cpu.is_seen) settle(cpu, clock_.latest());
  }
  report_.length = clock_.latest() - clock_.beginning();
  report_.cpus = static_cast<unsigned>(std::ranges::count_if(cpus_, &Cpu::is_seen));
  return threads_.take_tasks(file_, clock_.beginning());
}

}  // namespace signalbox
