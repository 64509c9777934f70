#include "kernel/task/signalling.hpp"

namespace signalbox {
namespace {

// Signals that end the process without a core are not taken by anybody first; those with a core are (sig_fatal).
constexpr SignalSet core_signals{Signal::sigquit, Signal::sigill, Signal::sigtrap, Signal::sigabrt, Signal::sigfpe,
                                 Signal::sigsegv, Signal::sigbus, Signal::sigsys,  Signal::sigxcpu, Signal::sigxfsz};

bool ends_at_once(const Process& process, Signal signal) {
  const bool is_default = process.signals.disposition(signal).handler == Disposition::default_action;
  return is_default && default_action(signal) == DefaultAction::terminate && !core_signals.has(signal);
}

bool is_stopped(const Thread& thread) {
  return thread.state == ThreadState::blocked && thread.sleep_label.kind == WaitKind::stopped;
}

bool has_exited(const Thread& thread) { return thread.state == ThreadState::exited; }

// The one that stands for the process: the first, or who is first now.
Thread* first_of(Process& process) {
  for (Thread& thread : process.threads) {
    if (!has_exited(thread)) return &thread;
  }
  return nullptr;
}

}  // namespace

bool restarts_after(Restart restart, const Disposition& action) {
  return restart == Restart::always || (restart == Restart::if_asked && action.has(signal_flag::restart));
}

Result<int> Signalling::send(Process& process, Thread* thread, const SignalInfo& info) {
  const bool is_init = process.parent == nullptr;
  if (process.state == ProcessState::zombie || is_init || process.is_of_kernel) return 0;
  Thread* const named = thread != nullptr ? thread : first_of(process);
  if (named == nullptr || has_exited(*named)) return 0;
  const Tid told = thread != nullptr ? thread->tid : Tid(process.pid.value());
  const bool is_ignored = !named->blocked_signals().has(info.signal) && process.signals.ignores(info.signal);
  const bool is_asked_for = info.code <= 0;
  if (!is_ignored || is_asked_for) {
    host_.note(TraceKind::signal_posted, told, info.signal, static_cast<std::uint64_t>(host_.running().value()), 0);
  }
  prepare(process, info.signal);
  if (is_ignored) return 0;
  TRY(queue(process, thread, info));
  Thread* const taker = thread == nullptr             ? choose(process, info.signal)
                        : wants(*thread, info.signal) ? thread
                                                      : nullptr;
  if (taker == nullptr) return 0;
  const bool is_awaited = taker->signals != nullptr && taker->signals->awaited.has(info.signal);
  if (!is_awaited && ends_at_once(process, info.signal)) {
    host_.end_process(process, WaitStatus::killed_by(static_cast<int>(info.signal)));
  } else {
    notify(*taker);
  }
  return 0;
}

// Where there is no place, what the kernel and kill(2) send comes without its origin; a queued real-time signal is
// refused (kernel/signal.c, __send_signal_locked).
Result<int> Signalling::queue(Process& process, Thread* thread, const SignalInfo& info) {
  PendingSignals& pending = thread != nullptr ? thread->own_signals().pending : process.signals.pending;
  if (pending.absorbs(info.signal)) return 0;
  const bool is_realtime = is_realtime_signal(info.signal);
  const bool overrides = !is_realtime && info.code >= 0;
  const std::uint64_t limit = overrides ? unlimited : process.limits.get(Resource::pending_signals).soft;
  std::optional<QueueSlot> slot = quota_.take(process.credentials.real_user, limit);
  if (slot) {
    pending.add(info, std::move(*slot));
  } else if (is_realtime && info.code != signal_code::user) {
    return Errno::eagain;
  } else {
    pending.add_bare(info.signal);
  }
  return 0;
}

void Signalling::force(Thread& thread, const SignalInfo& info) {
  Process& process = thread.process;
  const bool is_kept_away = thread.blocked_signals().has(info.signal) ||
                            process.signals.disposition(info.signal).handler == Disposition::ignored;
  if (is_kept_away) {
    process.signals.own_dispositions().of(info.signal) = Disposition();
    SignalSet blocked = thread.blocked_signals();
    blocked.remove(info.signal);
    set_blocked(thread, blocked);
  }
  static_cast<void>(send(thread, info));
}

// Whoever must end looks at no signals any more; who has stopped, at none but those that end or continue it.
bool Signalling::wants(const Thread& thread, Signal signal) const {
  if (has_exited(thread) || thread.is_kill_pending) return false;
  if (signal == Signal::sigkill) return true;
  const ThreadSignals* const own = thread.signals.get();
  if (own != nullptr && own->blocked.has(signal) && !own->awaited.has(signal)) return false;
  return !is_stopped(thread);
}

// The first thread, if it wants it; else one that has nothing else to look at (kernel/signal.c, complete_signal).
Thread* Signalling::choose(Process& process, Signal signal) const {
  for (Thread& thread : process.threads) {
    const bool is_busy = (thread.signal_work & signal_work::pending) != 0 && thread.state != ThreadState::running;
    if (wants(thread, signal) && (!is_busy || signal == Signal::sigkill)) return &thread;
  }
  return nullptr;
}

void Signalling::discard(Process& process, SignalSet which) {
  process.signals.pending.discard(which);
  for (Thread& thread : process.threads) {
    if (thread.signals != nullptr) thread.signals->pending.discard(which);
  }
}

void Signalling::notify(Thread& thread) {
  thread.signal_work |= signal_work::pending;
  host_.interrupt(thread);
}

void Signalling::recompute(Thread& thread) {
  const SignalSet open = pending(thread).without(thread.blocked_signals());
  const bool has_work = !open.empty() || thread.process.signals.job != JobState::runs;
  thread.signal_work = static_cast<std::uint8_t>(has_work ? thread.signal_work | signal_work::pending
                                                          : thread.signal_work & ~signal_work::pending);
}

SignalSet Signalling::pending(const Thread& thread) const {
  const SignalSet shared = thread.process.signals.pending.set();
  return thread.signals == nullptr ? shared : shared | thread.signals->pending.set();
}

// Signals of the process that this thread was to take find another one (kernel/signal.c, retarget_shared_pending).
void Signalling::set_blocked(Thread& thread, SignalSet wanted) {
  const SignalSet before = thread.blocked_signals();
  const SignalSet blocked = wanted.without(unblockable_signals);
  if (blocked == before) return recompute(thread);
  thread.own_signals().blocked = blocked;
  recompute(thread);
  const SignalSet lost = thread.process.signals.pending.set() & blocked.without(before);
  for (SignalSet left = lost; !left.empty(); left.remove(left.first())) {
    Thread* const other = choose(thread.process, left.first());
    if (other != nullptr && other != &thread) notify(*other);
  }
}

void Signalling::set_disposition(Process& process, Signal signal, const Disposition& disposition) {
  process.signals.own_dispositions().of(signal) = disposition;
  if (!disposition.ignores(signal)) return;
  discard(process, SignalSet{signal});
  for (Thread& thread : process.threads) recompute(thread);
}

std::optional<SignalInfo> Signalling::take(Thread& thread, SignalSet among) {
  std::optional<SignalInfo> taken;
  if (thread.signals != nullptr) taken = thread.signals->pending.take(among);
  if (!taken) taken = thread.process.signals.pending.take(among);
  recompute(thread);
  return taken;
}

Delivery Signalling::deliver(Thread& thread) {
  Process& process = thread.process;
  while (!thread.is_kill_pending) {
    if (process.signals.job != JobState::runs) return {.kind = Delivery::Kind::stop, .taken = {}};
    const SignalSet blocked = thread.blocked_signals();
    const std::optional<SignalInfo> info = take(thread, SignalSet::all().without(blocked));
    if (!info) return {};
    const Disposition action = process.signals.disposition(info->signal);
    if (action.handler == Disposition::ignored) continue;
    if (!action.has_handler()) {
      if (act_by_default(thread, *info)) continue;
      return {};
    }
    if (action.has(signal_flag::reset_hand)) {
      process.signals.own_dispositions().of(info->signal).handler = Disposition::default_action;
    }
    SignalSet during = blocked | action.mask;
    if (!action.has(signal_flag::no_defer)) during.add(info->signal);
    const bool is_swapped = (thread.signal_work & signal_work::swapped) != 0;
    const SignalSet before = is_swapped ? thread.signals->before_swap : blocked;
    thread.signal_work &= static_cast<std::uint8_t>(~signal_work::swapped);
    thread.forget_deadline();  // the call that it interrupts does not sleep again
    set_blocked(thread, during);
    host_.note(TraceKind::signal_delivered, thread.tid, info->signal, 1, static_cast<std::uint32_t>(info->code));
    return {.kind = Delivery::Kind::handler, .taken = {*info, action, before}};
  }
  return {};
}

void Signalling::swap_blocked(Thread& thread, SignalSet during) {
  thread.own_signals().before_swap = thread.blocked_signals();
  thread.signal_work |= signal_work::swapped;
  set_blocked(thread, during);
}

void Signalling::swap_back(Thread& thread) {
  if ((thread.signal_work & signal_work::swapped) == 0) return;
  thread.signal_work &= static_cast<std::uint8_t>(~signal_work::swapped);
  set_blocked(thread, thread.signals->before_swap);
}

void Signalling::end_interruption(Thread& thread) {
  swap_back(thread);
  thread.signal_work &= signal_work::pending;
}

// Whether the thread goes on to look at its signals.
bool Signalling::act_by_default(Thread& thread, const SignalInfo& info) {
  Process& process = thread.process;
  const DefaultAction action = default_action(info.signal);
  if (action == DefaultAction::ignore || action == DefaultAction::resume) return true;
  if (action == DefaultAction::stop) {
    if (info.signal != Signal::sigstop && is_orphaned(process.group, nullptr)) return true;
    host_.note(TraceKind::signal_delivered, thread.tid, info.signal, 0, static_cast<std::uint32_t>(info.code));
    begin_stop(process, info.signal);
    return true;
  }
  host_.note(TraceKind::signal_delivered, thread.tid, info.signal, 0, static_cast<std::uint32_t>(info.code));
  host_.end_process(process, WaitStatus::killed_by(static_cast<int>(info.signal)));
  return false;
}

void Signalling::thread_made(const Thread& maker, Thread& made) {
  if (!maker.blocked_signals().empty()) made.own_signals().blocked = maker.blocked_signals();
}

void Signalling::process_forked(const Thread& maker, Thread& first, bool keeps_handlers) {
  thread_made(maker, first);
  if (keeps_handlers && maker.signals != nullptr) first.own_signals().stack = maker.signals->stack;
  const ProcessSignals& parent = maker.process.signals;
  if (parent.dispositions == nullptr) return;
  first.process.signals.own_dispositions() = *parent.dispositions;
  if (!keeps_handlers) first.process.signals.own_dispositions().begin_program();
}

// What it was to take of the process's, another one takes.
void Signalling::thread_ended(Process& process) {
  complete_stop(process);
  for (SignalSet left = process.signals.pending.set(); !left.empty(); left.remove(left.first())) {
    Thread* const other = choose(process, left.first());
    if (other != nullptr) notify(*other);
  }
}

void Signalling::program_replaced(Thread& thread) {
  ProcessSignals& own = thread.process.signals;
  if (own.dispositions != nullptr) own.dispositions->begin_program();
  if (thread.signals != nullptr) thread.signals->stack = {};
}

}  // namespace signalbox
