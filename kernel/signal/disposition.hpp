#pragma once

#include <array>
#include <cstdint>

#include "kernel/objects/kernel_object.hpp"
#include "kernel/signal/signal_set.hpp"

namespace signalbox {

// The SA_ flags (asm-generic/signal-defs.h, x86's signal.h).
namespace signal_flag {
inline constexpr std::uint64_t no_child_stop = 0x1;  // SA_NOCLDSTOP
inline constexpr std::uint64_t no_child_wait = 0x2;  // SA_NOCLDWAIT
inline constexpr std::uint64_t with_info = 0x4;      // SA_SIGINFO
inline constexpr std::uint64_t on_stack = 0x08000000;
inline constexpr std::uint64_t restart = 0x10000000;
inline constexpr std::uint64_t no_defer = 0x40000000;
inline constexpr std::uint64_t reset_hand = 0x80000000;
}  // namespace signal_flag

// What a process does with one signal: the kernel's struct sigaction, as rt_sigaction(2) takes it.
struct Disposition {
  static constexpr std::uint64_t default_action = 0;  // SIG_DFL
  static constexpr std::uint64_t ignored = 1;         // SIG_IGN

  std::uint64_t handler = default_action;  // an address of the program, or one of those
  std::uint64_t flags = 0;
  std::uint64_t restorer = 0;  // the program's; kept for it, and not used
  SignalSet mask = {};         // blocked beside what is, while the handler runs

  // Whether `signal` does nothing when it comes and nobody blocks it (kernel/signal.c, sig_handler_ignored).
  bool ignores(Signal signal) const {
    if (handler != default_action) return handler == ignored;
    const DefaultAction action = signalbox::default_action(signal);
    return action == DefaultAction::ignore || action == DefaultAction::resume;
  }
  bool has_handler() const { return handler != default_action && handler != ignored; }
  bool has(std::uint64_t flag) const { return (flags & flag) != 0; }
  bool operator==(const Disposition&) const = default;
};
static_assert(sizeof(Disposition) == 32);

// Those of all signals.
class Dispositions : public KernelObject<ObjectClass::sighand_cache> {
 public:
  Disposition& of(Signal signal) { return table_[static_cast<std::size_t>(signal) - 1]; }
  const Disposition& of(Signal signal) const { return table_[static_cast<std::size_t>(signal) - 1]; }

  // What execve(2) leaves: who had a handler gets the default action (flush_signal_handlers).
  void begin_program() {
    for (Disposition& own : table_) {
      own = {.handler = own.handler == Disposition::ignored ? Disposition::ignored : Disposition::default_action};
    }
  }

 private:
  std::array<Disposition, last_signal> table_{};
};

}  // namespace signalbox
