#pragma once

#include <cstdint>

#include "kernel/base/ids.hpp"
#include "kernel/base/signal.hpp"

namespace signalbox {

// Where a signal comes from, siginfo_t's si_code (asm-generic/siginfo.h); those of faults and of children have numbers
// of their own.
namespace signal_code {
inline constexpr std::int32_t user = 0;            // SI_USER: kill(2)
inline constexpr std::int32_t kernel = 0x80;       // SI_KERNEL
inline constexpr std::int32_t queue = -1;          // SI_QUEUE: sigqueue(3)
inline constexpr std::int32_t timer = -2;          // SI_TIMER: a POSIX timer
inline constexpr std::int32_t message_queue = -3;  // SI_MESGQ: mq_notify(3)
inline constexpr std::int32_t thread = -6;         // SI_TKILL: tgkill(2)
inline constexpr std::int32_t child_exited = 1;
inline constexpr std::int32_t child_killed = 2;
inline constexpr std::int32_t child_stopped = 5;
inline constexpr std::int32_t child_continued = 6;
}  // namespace signal_code

// What comes with a signal: the first 48 bytes of siginfo_t as x86-64 has them, which are all that Linux keeps
// (struct kernel_siginfo).
struct SignalInfo {
  Signal signal{};
  std::int32_t error = 0;
  std::int32_t code = signal_code::user;
  std::int32_t padding = 0;
  std::uint64_t origin = 0;  // pid and real user of who sent it, or the address of a fault
  std::uint64_t value = 0;   // of sigqueue(3), or a child's exit code or signal
  std::int64_t user_ticks = 0;
  std::int64_t kernel_ticks = 0;

  static constexpr SignalInfo from(Signal signal, std::int32_t code, Pid pid, UserId user, std::uint64_t value = 0) {
    return {.signal = signal, .code = code, .origin = sender(pid, user), .value = value};
  }
  static constexpr SignalInfo from_kernel(Signal signal) { return {.signal = signal, .code = signal_code::kernel}; }
  static constexpr SignalInfo fault(Signal signal, std::int32_t code, std::uint64_t address) {
    return {.signal = signal, .code = code, .origin = address};
  }
  static constexpr std::uint64_t sender(Pid pid, UserId user) {
    return static_cast<std::uint32_t>(pid.value()) | (std::uint64_t{user.value()} << 32U);
  }

  constexpr Pid pid() const { return Pid(static_cast<std::int32_t>(origin)); }
  constexpr UserId user() const { return UserId(static_cast<std::uint32_t>(origin >> 32U)); }
};
static_assert(sizeof(SignalInfo) == 48);

}  // namespace signalbox
