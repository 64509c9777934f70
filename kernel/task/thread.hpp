#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/exec/context.hpp"
#include "kernel/exec/stack.hpp"
#include "kernel/fs/open_file.hpp"
#include "kernel/sched/entity.hpp"
#include "kernel/sim/trace_event.hpp"
#include "kernel/task/cpu_times.hpp"
#include "kernel/task/io_vec.hpp"
#include "kernel/task/program.hpp"
#include "kernel/task/thread_memory.hpp"
#include "kernel/task/thread_signals.hpp"
#include "kernel/wait/current.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

struct Process;
struct Thread;

// Thrown out of a sleep or a charge in a thread that has to end, and out of exit: unwinds the thread's own frames and
// is caught at its entry. Never caught elsewhere.
struct ThreadKilled {};

enum class ThreadState : std::uint8_t {
  created,  // not yet offered to a scheduler
  ready,    // in a run queue
  running,  // on a CPU
  blocked,  // asleep; `sleep` says on what
  exited,   // ended, and kept until somebody joins it or its process ends
};

// What a thread needs of the machine it lives in; threads and wait queues know no machine.
class ThreadHost {
 public:
  // Runs the thread's program, on the thread's own stack.
  virtual void run(Thread& thread) = 0;
  // The thread's sleep, if it is asleep, is over.
  virtual void wake(Thread& thread, WakeReason why) = 0;

 protected:
  ~ThreadHost() = default;
};

// A thread's own place in a wait queue; a thread sleeps on one queue at a time.
class ThreadWaiter final : public Waiter {
 public:
  explicit ThreadWaiter(Thread& thread) : thread_(thread) {}
  void woken() override;

 private:
  Thread& thread_;
};

// The thread control block, in the order in which the host's cache wants it: a dispatch touches two lines, a pair that
// the host fetches together, and a sleep one more. A million threads are visited in any order, and what a visit costs
// is its cache misses.
struct alignas(128) Thread {
  Thread(Tid tid_, Process& process_, ThreadHost& host_);
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  // Brings what a dispatch touches into the host's cache, or what an event does that begins or ends a sleep, with all
  // of the policy's state. Changes nothing.
  [[gnu::always_inline]] void prefetch_for_dispatch() const;
  [[gnu::always_inline]] void prefetch_for_event() const;

  ThreadSignals& own_signals() {
    if (signals == nullptr) signals = std::make_unique<ThreadSignals>();
    return *signals;
  }
  // Until when it sleeps: a sleep that begins again after a signal without a handler ends when it would have ended.
  Instant deadline_again(Instant first) const {
    return signals == nullptr ? first : signals->restart_deadline.value_or(first);
  }
  void forget_deadline() {
    if (signals != nullptr) signals->restart_deadline.reset();
  }
  SignalSet blocked_signals() const { return signals == nullptr ? SignalSet() : signals->blocked; }

  // Waiting: the first line.
  ThreadWaiter waiter;
  WaitLabel sleep_label;  // what it sleeps on, while blocked
  Instant sleep_since;
  CpuTimes times;  // until its last stretch

  // Where it belongs: never changes.
  Process& process;
  ThreadHost& host;
  std::int64_t exit_value = 0;

  // The dispatcher's: the third line begins with what a switch of stacks needs, the end of Context.
  Context context;
  const Tid tid;
  ThreadState state = ThreadState::created;
  bool is_kill_pending = false;  // it ends when it next would return to its program
  bool is_unwinding = false;     // ThreadKilled is on its way
  bool ran_before : 1 = false;
  bool yields : 1 = false;       // it asked to be put behind others at its return to its program
  std::uint8_t signal_work = 0;  // bits of signalbox::signal_work; most often none
  Mode mode = Mode::user;        // whose time it spends now
  WakeReason wake_reason = WakeReason::woken;
  bool inherits = false;         // PriorityInheritance knows it
  std::uint32_t sleep_turn = 0;  // tells a stale timeout from the current one
  Duration owed;                 // work it still has to do before it may be resumed, at full capacity
  NameId name;
  Tid joined_by;  // who waits for its end: nobody else may; 0 = nobody

  // The policy's, and what the machine tells it: the fourth line and three more.
  Entity entity;

  // Lifecycle.
  Program program;
  Stack stack;
  WaitQueue joiners;
  boost::intrusive::list_member_hook<> siblings;  // in Process::threads
  bool is_detached = false;
  bool resets_on_fork = false;  // threads it makes start without its privileged scheduling (sched(7))
  // What it asked for; its entity's affinity is what of that its group's cpuset has.
  AffinityId asked_affinity;
  // What it was given; its entity's attributes are what it has, which is more while it inherits.
  SchedAttributes normal;

  // Null: it blocks none and none has come for it. Whoever writes uses own_signals().
  std::unique_ptr<ThreadSignals> signals;

  ThreadMemory memory;

  // What its call works on: another thread may close the descriptor. Not on its stack, which is dropped, not unwound,
  // when a thread on a compact one is killed in a sleep.
  MemoryObjectRef file_in_use;
  IoVecs parts_in_use;  // of its memory

 private:
  void prefetch_line(std::size_t line) const {
    constexpr std::size_t line_bytes = 64;
    __builtin_prefetch(std::as_bytes(std::span(this, 1)).data() + line * line_bytes, 1);
  }
};

// g++ 12 deletes calls to a function that only prefetches, unless it is inlined.
inline void Thread::prefetch_for_dispatch() const {
  prefetch_line(2);
  prefetch_line(3);
}

inline void Thread::prefetch_for_event() const {
  prefetch_line(0);
  prefetch_for_dispatch();
  prefetch_line(4);
  prefetch_line(5);
  prefetch_line(6);
}

}  // namespace signalbox
