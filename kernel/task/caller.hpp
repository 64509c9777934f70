#pragma once

#include <cstdint>
#include <optional>

#include "kernel/task/process.hpp"
#include "kernel/task/signalling.hpp"
#include "kernel/task/thread.hpp"
#include "kernel/wait/current.hpp"

namespace signalbox {

class Kernel;

// A system call's number and its arguments, as registers carry them.
struct RawCall {
  std::uint32_t number = 0;
  std::uint64_t arguments[6] = {};
};

// The running thread as system call handlers and programs see it.
class Caller : public Current {
 public:
  virtual Thread& thread() = 0;
  Process& process() { return thread().process; }

  // Sleeps until the deadline, or until a signal interrupts.
  virtual WakeReason sleep_until(Instant deadline) = 0;

  // The last access of its program to emulated memory has failed. True: make it again, the CPU may be another one now.
  // A fault that cannot be resolved ends the process with SIGSEGV or SIGBUS; false: in a thread that unwinds already.
  virtual bool page_fault() = 0;
  // Pays for a block of such accesses, and begins another (ThreadMemory).
  virtual void pay_for_accesses() = 0;

  // How much work the thread may do in user mode before anything else is due: the next event, or a decision about its
  // CPU. Whoever runs a program before its time is charged asks, and charges no more than that at once.
  virtual Duration time_ahead() = 0;

  // Enters the kernel: looks the call up, prices, traces and runs it. Answers the result, or minus the errno.
  virtual std::int64_t syscall(const RawCall& call) = 0;

  // The next signal for which a handler of the program is to run before it goes on, while Thread::signal_work is not 0.
  // What needs no handler is done when this comes back: the thread has stopped and continued, or it has to end.
  virtual std::optional<TakenSignal> take_signal() = 0;

  // What handlers do to others than themselves goes through here.
  virtual Kernel& kernel() = 0;

  // Ends this thread; unwinds the frames of its program.
  [[noreturn]] virtual void exit_thread(std::int64_t value) = 0;

 protected:
  ~Caller() = default;
};

}  // namespace signalbox
