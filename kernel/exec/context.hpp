#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "kernel/base/check.hpp"
#include "kernel/exec/fiber_annotations.hpp"
#include "kernel/exec/host_thread.hpp"
#include "kernel/exec/stack.hpp"

namespace signalbox {

// Why resume() came back.
enum class Pause : std::uint8_t {
  suspended,  // it called suspend()
  finished,   // its entry returned
  faulted,    // it hit a host fault (null pointer, stack overflow, division by zero); it cannot be resumed
};

// What the host said when a context faulted.
struct HostFault {
  int signal = 0;  // SIGSEGV, SIGBUS, SIGFPE or SIGILL, Linux numbers
  const void* address = nullptr;
  bool is_stack_overflow = false;
};

// What comes back from a jump between stacks.
struct StackSwitch {
  void* from;
  void* message;
};

#if defined(__AVX512F__)
#error "switch_stack() below says that it changes xmm0 to xmm15: for AVX-512 say xmm16 to xmm31 and k0 to k7 too."
#endif

// Boost.Context's jump_fcontext: `to` is a saved stack pointer; returns on the other side with the one it came from.
// Entered by a jump, not by a call, because the host predicts a return by the calls it saw on this core, and the jump
// leaves the other stack by a jump too: so the calls and returns of both sides stay paired for the host (README).
// Nothing may live below the stack pointer: everything is compiled without a red zone (tools/cmake/BuildTypes.cmake).
[[gnu::always_inline]] inline StackSwitch switch_stack(void* to, void* message) noexcept {
  StackSwitch back;
  asm volatile(
      "leaq 1f(%%rip), %%rax\n\t"
      "pushq %%rax\n\t"
      "jmp jump_fcontext\n"
      "1:"
      : "=a"(back.from), "=d"(back.message), "+D"(to), "+S"(message)
      :
      : "rcx", "r8", "r9", "r10", "r11", "cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
        "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "st", "st(1)", "st(2)", "st(3)", "st(4)",
        "st(5)", "st(6)", "st(7)", "mm0", "mm1", "mm2", "mm3", "mm4", "mm5", "mm6", "mm7");
  return back;
}

// A point of execution on a stack of its own: one emulated thread's kernel stack as the host sees it. The hub (the
// machine's event loop) resumes it; it runs until it suspends, which returns to the hub. Contexts never resume each
// other, and one that was resumed once stays on its host thread.
class Context {
 public:
  // Catches its own exceptions: one that escapes is our bug.
  using Entry = void (*)(void* argument);

  Context() = default;
  ~Context() { abandon(); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // Prepares `entry(argument)` to run on `stack`, which must stay until the context finished or was abandoned.
  void prepare(const Stack& stack, Entry entry, void* argument);

  // Hub side. Requires a prepared, unfinished context.
  Pause resume();
  // On the context itself: back to the hub. Never inside a catch block or a destructor that an exception runs: the
  // host's exception state belongs to the host thread and is not switched.
  void suspend();

  // The stack may be reused: nothing on it is unwound. Not while it runs.
  void abandon();

  // Prepared or suspended, so that resume() makes sense.
  bool can_resume() const { return saved_ != nullptr; }

  // Whether a host fault ends this context (with a FaultGuard alive) or the whole host process: on while a program
  // of anybody runs in user mode, off while our kernel code runs on the same stack. Off at first.
  void allow_faults(bool allowed);
  // After resume() returned Pause::faulted.
  const HostFault& fault() const { return fault_; }

  // Bytes left below the current stack pointer. On the context itself.
  [[gnu::always_inline]] std::size_t stack_left() const;
  StackKind stack_kind() const { return kind_; }
  // Whether a program with a stack of its own is called from here (UserMode): whoever resumes it prepares its memory.
  bool has_user_mode() const { return has_user_mode_; }
  void set_user_mode(bool has_user_mode) { has_user_mode_ = has_user_mode; }

  // Brings the saved registers, the frames above them and the canary to the host's cache. Call it a few resumes ahead;
  // the end of the context object itself should be in the cache already.
  [[gnu::always_inline]] void prefetch() const;

 private:
  friend class FaultGuard;

  [[gnu::always_inline]] void check_can_leave() const;
  void find_why_not_leave() const;
  [[noreturn]] void refuse_resume() const;
  [[noreturn]] void run();
  [[noreturn]] void leave(Pause why);

  // Needed at the beginning and at the end.
  [[no_unique_address]] FiberAnnotations annotations_;
  Entry entry_ = nullptr;
  void* argument_ = nullptr;
  HostFault fault_;
  // Needed at every switch: the last 32 bytes, so that whoever holds a context can put them beside its own.
  void* saved_ = nullptr;                  // its stack pointer; null: nothing to resume
  const std::uint64_t* canary_ = nullptr;  // where nothing needs checking, a word that is always intact
  std::byte* low_ = nullptr;
  std::uint32_t size_ = 0;  // of the stack
  bool faults_allowed_ = false;
  StackKind kind_ = StackKind::guarded;
  bool has_user_mode_ = false;
};

inline Pause Context::resume() {
  HostThread& host = host_thread;
  if (host.running != nullptr || saved_ == nullptr) [[unlikely]]
    refuse_resume();
  host.running = this;
  annotations_.before_resume();
  const StackSwitch back = switch_stack(saved_, this);
  annotations_.after_resume();
  host.running = nullptr;
  saved_ = back.from;
  const auto why = static_cast<Pause>(reinterpret_cast<std::uintptr_t>(back.message));
  if (why != Pause::suspended) [[unlikely]]
    saved_ = nullptr;
  return why;
}

inline void Context::suspend() {
  check_can_leave();
  annotations_.before_suspend();
  const StackSwitch back = switch_stack(host_thread.hub, nullptr);
  host_thread.hub = back.from;
  annotations_.after_suspend();
}

inline void Context::check_can_leave() const {
  // One branch and one call for four checks, because this is inlined wherever a thread may sleep.
  const HostThread& host = host_thread;
  const std::uint64_t wrong =
      (reinterpret_cast<std::uintptr_t>(host.running) ^ reinterpret_cast<std::uintptr_t>(this)) |
      reinterpret_cast<std::uintptr_t>(host.exceptions->caught) | host.exceptions->being_thrown |
      (*canary_ ^ stack_canary);
  if (wrong != 0) [[unlikely]]
    find_why_not_leave();
}

inline void Context::abandon() {
  CHECK(host_thread.running != this, "a running context is not abandoned");
  saved_ = nullptr;
  annotations_.forget();
}

inline void Context::allow_faults(bool allowed) {
  // The fences keep the compiler from moving the program's own memory accesses across the change, which only a
  // signal handler sees.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  faults_allowed_ = allowed;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

inline std::size_t Context::stack_left() const {
  const auto* here = static_cast<const std::byte*>(__builtin_frame_address(0));
  return here > low_ ? static_cast<std::size_t>(here - low_) : 0;
}

inline void Context::prefetch() const {
  constexpr std::size_t line_bytes = 64;
  constexpr std::size_t most_bytes = 768;  // a system call that sleeps and a small program have 800 bytes of frames
  const auto saved = reinterpret_cast<std::uintptr_t>(saved_);
  const std::uintptr_t end = std::min(saved + most_bytes, reinterpret_cast<std::uintptr_t>(low_ + size_));
  for (std::uintptr_t line = saved; line < end; line += line_bytes) {
    __builtin_prefetch(reinterpret_cast<const void*>(line), 1);
  }
  __builtin_prefetch(canary_);
}

}  // namespace signalbox
