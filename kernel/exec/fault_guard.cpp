#include "kernel/exec/fault_guard.hpp"

#include <ucontext.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "kernel/base/check.hpp"
#include "kernel/exec/context.hpp"
#include "kernel/exec/user_mode.hpp"

namespace signalbox {
namespace {

constexpr std::array fault_signals{SIGSEGV, SIGBUS, SIGFPE, SIGILL};

// Room for a sanitizer's own handler, which may run after ours and walks stacks.
constexpr std::size_t signal_stack_bytes = std::size_t{128} * 1024;
constexpr std::size_t emergency_stack_bytes = std::size_t{32} * 1024;

// Signal dispositions belong to the host process; simulations run side by side in it.
struct Dispositions {
  std::mutex mutex;
  int guards = 0;
  std::array<struct sigaction, fault_signals.size()> previous{};
};
constinit Dispositions dispositions;

using SignalHandler = void (*)(int, siginfo_t*, void*);

void install_handlers(SignalHandler handler) {
  const std::lock_guard lock(dispositions.mutex);
  if (dispositions.guards++ > 0) return;
  struct sigaction action{};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (std::size_t i = 0; i < fault_signals.size(); ++i) {
    sigaction(fault_signals[i], &action, &dispositions.previous[i]);
  }
}

void restore_handlers() {
  for (std::size_t i = 0; i < fault_signals.size(); ++i) {
    sigaction(fault_signals[i], &dispositions.previous[i], nullptr);
  }
}

void remove_handlers() {
  const std::lock_guard lock(dispositions.mutex);
  if (--dispositions.guards == 0) restore_handlers();
}

#if !defined(__x86_64__)
#error "Say here where this host's ucontext keeps program counter, stack pointer and flags."
#endif
greg_t& host_register(void* registers, int which) {
  return static_cast<ucontext_t*>(registers)->uc_mcontext.gregs[which];
}

// Whether the kernel raised it for an instruction; kill() and sigqueue() have codes of zero and less (sigaction(2)).
bool is_by_instruction(const siginfo_t& info) { return info.si_code > 0; }

void report_our_fault(int signal, const siginfo_t& info, void* registers) {
  std::array<char, 160> why{};
  std::snprintf(why.data(), why.size(), "%s at address %p by the instruction at %p, outside of any program's user mode",
                sigdescr_np(signal), info.si_addr, reinterpret_cast<void*>(host_register(registers, REG_RIP)));
  report_bug("host fault", why.data());
}

// The state of the vector registers lies behind the signal frame; how large it is, its reserved bytes say
// (x86/include/uapi/asm/sigcontext.h).
std::size_t other_bytes(const _libc_fpstate& state) {
  constexpr std::uint32_t magic = 0x46505853;
  constexpr std::size_t magic_at = 464;
  std::uint32_t words[2];
  std::memcpy(words, reinterpret_cast<const std::byte*>(&state) + magic_at, sizeof words);
  return words[0] == magic ? words[1] : sizeof state;
}

// The flags that a handler may change: direction and arithmetic ones.
constexpr greg_t own_flags = 0xcd5;

static_assert(int{REG_R12} == RegisterImage::r12 && int{REG_RBX} == RegisterImage::rbx);
static_assert(int{REG_RAX} == RegisterImage::rax && int{REG_RIP} == RegisterImage::rip);
static_assert(int{REG_ERR} == RegisterImage::error);
static_assert(sizeof(gregset_t) == sizeof(RegisterImage::General));

// A program goes on where it says.
__attribute__((no_sanitize("address", "thread"))) void restore(ucontext_t& host, const RegisterImage& image) {
  const greg_t flags = host.uc_mcontext.gregs[REG_EFL];
  const greg_t segments = host.uc_mcontext.gregs[REG_CSGSFS];
  std::memcpy(host.uc_mcontext.gregs, image.general->data(), sizeof host.uc_mcontext.gregs);
  greg_t& restored = host.uc_mcontext.gregs[REG_EFL];
  restored = (flags & ~own_flags) | (restored & own_flags);
  host.uc_mcontext.gregs[REG_CSGSFS] = segments;
  if (image.other_bytes == other_bytes(*host.uc_mcontext.fpregs)) {
    std::memcpy(host.uc_mcontext.fpregs, image.others, image.other_bytes);
  }
}

}  // namespace

FaultGuard::FaultGuard()
    : stacks_(signal_stack_bytes + emergency_stack_bytes, Mapping::page),
      outer_emergency_stack_top_(host_thread.emergency_stack_top),
      outer_record_(host_thread.fault_record) {
  const stack_t signal_stack{.ss_sp = stacks_.begin(), .ss_flags = 0, .ss_size = signal_stack_bytes};
  CHECK(sigaltstack(&signal_stack, &outer_signal_stack_) == 0, "a fault guard begins outside of signal handlers");
  host_thread.emergency_stack_top = stacks_.end();
  host_thread.fault_record = record_.get();
  install_handlers(&on_signal);
}

FaultGuard::~FaultGuard() {
  CHECK(host_thread.emergency_stack_top == stacks_.end(), "a fault guard ends on its host thread, newest first");
  remove_handlers();
  host_thread.emergency_stack_top = outer_emergency_stack_top_;
  host_thread.fault_record = outer_record_;
  sigaltstack(&outer_signal_stack_, nullptr);
}

// Not instrumented: the sanitizers take it for a part of the interrupted fiber.
__attribute__((no_sanitize("address", "thread"))) void FaultGuard::on_signal(int signal, siginfo_t* info,
                                                                             void* registers) {
  const HostThread& host = host_thread;
  Context* const context = host.running;
  if (context == nullptr || !context->faults_allowed_ || host.emergency_stack_top == nullptr ||
      !is_by_instruction(*info)) {
    restore_handlers();
    report_our_fault(signal, *info, registers);
    // Else returning repeats the instruction, now under the restored handler.
    if (!is_by_instruction(*info)) raise(signal);
    return;
  }
  if (context->has_user_mode_ && handle_in_user_mode(signal, *info, registers)) return;
  const auto* const address = static_cast<const std::byte*>(info->si_addr);
  const auto* const stack_pointer = reinterpret_cast<const std::byte*>(host_register(registers, REG_RSP));
  const bool is_access = signal == SIGSEGV || signal == SIGBUS;
  const bool is_in_guard = address >= context->low_ - stack_guard_bytes && address < context->low_;
  context->fault_ = {.signal = signal,
                     .address = address,
                     .is_stack_overflow = is_access && (is_in_guard || stack_pointer < context->low_)};
  // The faulted stack may be full, so return_to_hub() gets the emergency stack, aligned as after a call, and the
  // direction flag that the ABI promises to functions.
  constexpr greg_t direction_flag = 0x400;
  host_register(registers, REG_RIP) = reinterpret_cast<greg_t>(&return_to_hub);
  host_register(registers, REG_RSP) = reinterpret_cast<greg_t>(host.emergency_stack_top - sizeof(void*));
  host_register(registers, REG_EFL) &= ~direction_flag;
}

// Either the program has left a signal handler of its own, or it faulted: then it enters the kernel.
__attribute__((no_sanitize("address", "thread"))) bool FaultGuard::handle_in_user_mode(int signal,
                                                                                       const siginfo_t& info,
                                                                                       void* registers) {
  auto& host = *static_cast<ucontext_t*>(registers);
  UserMode* const mode = UserMode::current();
  if (mode == nullptr) return false;
  if (reinterpret_cast<const void*>(host.uc_mcontext.gregs[REG_RIP]) == UserMode::restore_point()) {
    restore(host, *reinterpret_cast<const RegisterImage*>(host.uc_mcontext.gregs[REG_RBX]));
    return true;
  }
  FaultRecord& record = *host_thread.fault_record;
  record.signal = signal;
  record.code = info.si_code;
  record.address = info.si_addr;
  std::memcpy(record.general.data(), host.uc_mcontext.gregs, sizeof record.general);
  const std::size_t bytes = other_bytes(*host.uc_mcontext.fpregs);
  record.other_bytes = bytes <= FaultRecord::most_other_bytes ? bytes : 0;
  std::memcpy(record.others.data(), host.uc_mcontext.fpregs, record.other_bytes);
  host_register(registers, REG_RIP) = reinterpret_cast<greg_t>(UserMode::fault_entry());
  host_register(registers, REG_RDI) = reinterpret_cast<greg_t>(mode);
  return true;
}

__attribute__((no_sanitize("address", "thread"))) void FaultGuard::return_to_hub() {
  // The program may have left values on the x87 stack; switching stacks restores control words only.
  asm volatile("fninit");
  *find_exception_state() = ExceptionState{.caught = nullptr, .being_thrown = 0};
  host_thread.running->leave(Pause::faulted);
}

}  // namespace signalbox
