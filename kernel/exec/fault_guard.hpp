#pragma once

#include <csignal>  // NOLINT(portability-restrict-system-includes): the host's faults are what this is about
#include <cstddef>
#include <memory>

#include "kernel/exec/fault_record.hpp"
#include "kernel/exec/mapping.hpp"

namespace signalbox {

// While one lives, a host fault (SIGSEGV, SIGBUS, SIGFPE, SIGILL) of a context that allows faults ends that context
// only: its resume() returns Pause::faulted; one in the user mode of a program enters the kernel (UserMode). Any other
// fault is our bug: it is reported, and then takes the way it would have taken without us. One for each host thread
// that runs contexts; ends on that thread, newest first.
//
// Nothing on the faulted stack is unwound: what its frames own is lost, and a lock of the host's C library that they
// held stays held.
class FaultGuard {
 public:
  FaultGuard();
  ~FaultGuard();
  FaultGuard(const FaultGuard&) = delete;
  FaultGuard& operator=(const FaultGuard&) = delete;

 private:
  static void on_signal(int signal, siginfo_t* info, void* registers);
  static bool handle_in_user_mode(int signal, const siginfo_t& info, void* registers);
  [[noreturn]] static void return_to_hub();

  Mapping stacks_;  // the alternate signal stack, and above it the emergency stack
  stack_t outer_signal_stack_{};
  std::byte* outer_emergency_stack_top_;
  std::unique_ptr<FaultRecord> record_ = std::make_unique<FaultRecord>();
  FaultRecord* outer_record_;
};

}  // namespace signalbox
