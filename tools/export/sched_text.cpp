#include "tools/export/sched_text.hpp"

namespace signalbox {

namespace {

// TASK_STATE as sched_switch prints it: R, R+ (preempted), S (interruptible sleep), D (uninterruptible), T (stopped),
// Z (zombie).
ShortText<2> state_letter(const SwitchFact& fact) {
  switch (fact.left) {
    using enum LeftState;
    case ready:
      return "R";
    case preempted:
      return "R+";
    case blocked:
      if (fact.wait == WaitKind::stopped) return "T";
      return fact.wait == WaitKind::memory ? "D" : "S";
    case exited:
      return "Z";
  }
  return "?";
}

}  // namespace

TraceKinds SchedText::wanted() const {
  using enum TraceKind;
  return bit(machine_started) | bit(process_created) | bit(thread_created) | bit(thread_renamed) |
         bit(thread_attributes) | bit(thread_ready) | bit(thread_blocked) | bit(run_begin) | bit(run_end) |
         bit(thread_migrated) | bit(thread_exited);
}

void SchedText::consume(std::span<const TraceEvent> batch, const TraceNames& names) {
  for (const TraceEvent& event : batch) {
    switches_.feed(event);
    apply(event, names);
    file_.spill();
  }
}

void SchedText::apply(const TraceEvent& event, const TraceNames& names) {
  switch (event.kind) {
    using enum TraceKind;
    case thread_ready:
      return on_ready(event);
    case run_begin:
      return static_cast<void>(labels_[event.thread].cpu = event.cpu);
    case thread_migrated:
      return on_migrated(event);
    case thread_exited:
      return on_exited(event);
    case thread_created:
      return labels_.created(event, names);
    case thread_renamed:
      return labels_.renamed(event, names);
    case thread_attributes:
      return labels_.attributes(event);
    case process_created:
      return on_process_created(event);
    case machine_started:
      return print_header(static_cast<unsigned>(event.a));
    case run_end:
    case thread_blocked:
    case syscall_entered:
    case syscall_returned:
    case signal_posted:
    case process_exited:
    case process_reaped:
    case activation_begun:
    case activation_ended:
    case tick:
    case machine_stopped:
    case cpu_offline:
    case cpu_online:
    case affinity_broken:
    case page_fault:
    case signal_delivered:
      return;
  }
}

void SchedText::on_process_created(const TraceEvent& event) {
  const auto pid = static_cast<std::size_t>(event.thread.value());
  if (pid >= parents_.size()) parents_.resize(pid + 1);
  parents_[pid] = Pid(static_cast<Pid::Value>(event.a));
}

void SchedText::finish(Instant end) {
  switches_.finish(end);
  file_.close();
}

void SchedText::on_switch(const SwitchFact& fact) {
  LineWriter line(out());
  print_place(line, Tracepoint::switching, {.cpu = fact.cpu, .task = fact.prev}, fact.when);
  const ThreadLabel& prev = labels_[fact.prev];
  const ThreadLabel& next = labels_[fact.next];
  // Each CPU has its own idle thread.
  const auto put_cpu_of_idle = [&](Tid task) {
    if (task == Tid()) line.text("/").number(fact.cpu.value());
  };
  line.text("prev_comm=").text(prev.comm);
  put_cpu_of_idle(fact.prev);
  line.text(" prev_pid=").number(fact.prev.value()).text(" prev_prio=").number(prev.priority);
  line.text(" prev_state=").text(state_letter(fact)).text(" ==> next_comm=").text(next.comm);
  put_cpu_of_idle(fact.next);
  line.text(" next_pid=").number(fact.next.value()).text(" next_prio=").number(next.priority).text("\n");
}

void SchedText::on_ready(const TraceEvent& event) {
  const Tid waker(static_cast<Tid::Value>(event.a));
  // A new thread is queued by who made it.
  if (static_cast<ReadyReason>(event.detail) == ReadyReason::created) {
    const Tid creator = waker != Tid() ? waker : creator_of(event.thread);
    // What arrives from outside is nobody's deed, so not that of whoever happens to run there.
    const Place place = creator != Tid() ? place_of(creator, event.cpu) : Place{.cpu = event.cpu};
    print_fork(event, creator, place);
    print_wakeup(Tracepoint::wakeup_new, place, event);
    return;
  }
  Place place = place_of(waker, event.cpu);
  place.is_interrupt = waker == Tid();
  const WrittenLine waking = print_wakeup(Tracepoint::waking, place, event);
  repeat_as_wakeup(waking);
}

void SchedText::print_fork(const TraceEvent& event, Tid creator, const Place& place) {
  LineWriter line(out());
  print_place(line, Tracepoint::fork, place, event.when);
  line.text("comm=").text(labels_[creator].comm).text(" pid=").number(creator.value()).text(" child_comm=");
  line.text(labels_[event.thread].comm).text(" child_pid=").number(event.thread.value()).text("\n");
}

SchedText::WrittenLine SchedText::print_wakeup(Tracepoint tracepoint, const Place& place, const TraceEvent& event) {
  WrittenLine written{.begin = out().size()};
  LineWriter line(out());
  print_place(line, tracepoint, place, event.when);
  written.place_size = line.size();
  put_thread(line, event.thread);
  line.text(" target_cpu=").number_right(event.cpu.value(), 3, '0').text("\n");
  written.size = line.size();
  return written;
}

// The two lines of a wake-up differ in one word only, the last of its place.
void SchedText::repeat_as_wakeup(const WrittenLine& waking) {
  constexpr std::string_view word = "sched_wakeup";
  constexpr std::size_t colon_and_space = 2;
  static_assert(word.size() == std::string_view("sched_waking").size());
  out().reserve(out().size() + waking.size);
  const char* const line = out().data() + waking.begin;
  const std::size_t word_end = waking.place_size - colon_and_space;
  out().append(line, line + word_end - word.size());
  out().append(word);
  out().append(line + word_end, line + waking.size);
}

void SchedText::on_migrated(const TraceEvent& event) {
  LineWriter line(out());
  const Place place{.cpu = event.cpu, .task = switches_.current(event.cpu)};
  print_place(line, Tracepoint::migrate, place, event.when);
  put_thread(line, event.thread);
  line.text(" orig_cpu=").number(static_cast<std::int64_t>(event.a));
  line.text(" dest_cpu=").number(event.cpu.value()).text("\n");
}

void SchedText::on_exited(const TraceEvent& event) {
  LineWriter line(out());
  print_place(line, Tracepoint::exit, place_of(event.thread, labels_[event.thread].cpu), event.when);
  put_thread(line, event.thread);
  line.text("\n");
}

void SchedText::put_thread(LineWriter& line, Tid thread) {
  const ThreadLabel& who = labels_[thread];
  line.text("comm=").text(who.comm).text(" pid=").number(thread.value());
  line.text(" prio=").number(who.priority);
}

// Where the actor is, if it is on a CPU; else who is on the CPU it acts upon.
SchedText::Place SchedText::place_of(Tid actor, CpuId otherwise) {
  if (actor != Tid() && labels_.knows(actor)) {
    const CpuId cpu = labels_[actor].cpu;
    if (switches_.current(cpu) == actor) return {.cpu = cpu, .task = actor};
  }
  return {.cpu = otherwise, .task = switches_.current(otherwise)};
}

// If the trace does not name who made the thread: the first thread of the parent, or of the same process for its other
// threads.
Tid SchedText::creator_of(Tid thread) {
  const Pid pid = labels_[thread].pid;
  if (thread.value() != pid.value()) return Tid(pid.value());
  const auto index = static_cast<std::size_t>(pid.value());
  const Tid creator(index < parents_.size() ? parents_[index].value() : 0);
  return labels_.knows(creator) ? creator : Tid();
}

}  // namespace signalbox
