#pragma once

#include <cstdint>
#include <optional>

#include "kernel/base/result.hpp"
#include "kernel/task/process_table.hpp"
#include "kernel/task/wait_status.hpp"

namespace signalbox {

// What signals need of the machine.
class SignalHost {
 public:
  // Ends the thread's sleep, if a signal may, and its program's work for now: it looks at its signals.
  virtual void interrupt(Thread& thread) = 0;
  // Ends all threads of a process.
  virtual void end_process(Process& process, WaitStatus status) = 0;
  // Tells the trace; a: see the kind.
  virtual void note(TraceKind kind, Tid thread, Signal signal, std::uint64_t a, std::uint64_t b) = 0;
  // Who runs now; 0: nobody, the kernel by itself.
  virtual Tid running() const = 0;

 protected:
  ~SignalHost() = default;
};

// A signal whose handler has to run: what came with it, what the process had arranged, and the mask to go back to.
struct TakenSignal {
  SignalInfo info;
  Disposition action;
  SignalSet mask_before;
};

// What a thread has to do before it returns to its program.
struct Delivery {
  enum class Kind : std::uint8_t {
    nothing,
    handler,
    stop,  // sleep until its process continues
  } kind = Kind::nothing;
  TakenSignal taken;
};

// Whether a call of that kind, which a signal interrupted, begins again once this handler has run.
bool restarts_after(Restart restart, const Disposition& action);

// Generation and delivery of signals (signal(7); kernel/signal.c): who is sent what, who takes it, and what becomes of
// it. Never sleeps.
class Signalling {
 public:
  Signalling(const ProcessTable& table, SignalQuota& quota, SignalHost& host)
      : table_(table), quota_(quota), host_(host) {}

  // To a process, for whichever of its threads takes it. A zombie takes none, init none that it has no handler for.
  // Errno::eagain: so many signals are queued for the user as RLIMIT_SIGPENDING allows.
  Result<int> send(Process& process, const SignalInfo& info) { return send(process, nullptr, info); }
  // To one thread, and to no other.
  Result<int> send(Thread& thread, const SignalInfo& info) { return send(thread.process, &thread, info); }
  // What the thread's own program has just done: blocking or ignoring it does not help (force_sig_info).
  void force(Thread& thread, const SignalInfo& info);

  void set_blocked(Thread& thread, SignalSet blocked);
  // The same for the length of a call: until swap_back, or the end of its interruption.
  void swap_blocked(Thread& thread, SignalSet during);
  void swap_back(Thread& thread);
  // One that is ignored from now on is not pending any longer (sigaction(2)).
  void set_disposition(Process& process, Signal signal, const Disposition& disposition);
  // Takes a pending signal of `among`, as sigwait(3) does; none if there is none.
  std::optional<SignalInfo> take(Thread& thread, SignalSet among);
  SignalSet pending(const Thread& thread) const;

  // The running thread is about to return to its program. Whatever needs no handler is done when this comes back.
  Delivery deliver(Thread& thread);
  // All handlers of an interrupted call are arranged for: the mask that it had swapped is back, if none of them brings
  // it.
  void end_interruption(Thread& thread);
  // The running thread stops, as a delivery told it.
  void thread_stops(Thread& thread);

  // Of lifecycle. A child's signals begin as those of the thread that makes it.
  void thread_made(const Thread& maker, Thread& made);
  void process_forked(const Thread& maker, Thread& first, bool keeps_handlers);
  void program_replaced(Thread& thread);
  void thread_ended(Process& process);
  void child_ended(Process& child);
  // Whether children of the parent leave no zombies: it wants none (sigaction(2), SA_NOCLDWAIT), or reaps by itself.
  static bool reaps_children(const Process& parent);
  // A group that becomes orphaned, because a process ends or has lost its parent, and has a stopped member is told to
  // hang up and to continue (exit(3)).
  void process_leaves(const Process& leaving);
  void child_adopted(const Process& child, const Process& before);

 private:
  Result<int> send(Process& process, Thread* thread, const SignalInfo& info);
  Result<int> queue(Process& process, Thread* thread, const SignalInfo& info);
  static void discard(Process& process, SignalSet which);
  void prepare(Process& process, Signal signal);
  void resume(Process& process);
  void begin_stop(Process& process, Signal signal);
  void complete_stop(Process& process);
  void tell_parent_of_job(const Process& child, std::int32_t code, Signal status);
  bool wants(const Thread& thread, Signal signal) const;
  Thread* choose(Process& process, Signal signal) const;
  void notify(Thread& thread);
  void recompute(Thread& thread);
  bool is_orphaned(ProcessGroupId group, const Process* without) const;
  void group_loses(ProcessGroupId group, const Process& member, const Process& parent, const Process* without);
  bool act_by_default(Thread& thread, const SignalInfo& info);

  const ProcessTable& table_;
  SignalQuota& quota_;
  SignalHost& host_;
};

}  // namespace signalbox
