#pragma once

#include <cstddef>

namespace signalbox {

class Context;
struct FaultRecord;

// What the C++ runtime knows of exceptions in flight on a host thread: the head of `__cxa_eh_globals`
// (Itanium C++ ABI: Exception Handling, 2.2.2).
struct ExceptionState {
  const void* caught;         // the stack of handlers being run
  unsigned int being_thrown;  // thrown and not yet caught
};

// Stands for the state of a host thread until somebody needs it; looks like an exception in flight, so that the check
// at suspend stops at it without asking a question of its own.
inline constinit ExceptionState not_looked_up{.caught = nullptr, .being_thrown = 1};

// What a host thread knows of the contexts it runs. A signal handler has nothing else to start from than its host
// thread, which is why this is thread-local and why nothing but Context and FaultGuard may look at it.
struct HostThread {
  Context* running = nullptr;  // null while the hub runs
  void* hub = nullptr;         // the hub's stack pointer, while a context runs
  ExceptionState* exceptions = &not_looked_up;
  std::byte* emergency_stack_top = nullptr;  // set while a FaultGuard of this thread lives, as is:
  FaultRecord* fault_record = nullptr;       // of the last fault in a program's user mode
};

// `constinit` here saves callers the check whether it is initialised.
extern constinit thread_local HostThread host_thread;

// Of the host thread that calls.
ExceptionState* find_exception_state();

}  // namespace signalbox
