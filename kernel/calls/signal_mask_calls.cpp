#include "kernel/calls/signal_mask_calls.hpp"

#include <array>

#include "kernel/calls/signal_types.hpp"
#include "kernel/calls/time_span.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {
namespace {

bool is_signal(int number) { return number >= 1 && number <= last_signal; }
bool has_right_size(std::uint64_t set_bytes) { return set_bytes == sizeof(SignalSet); }

// rt_sigaction(2)
Result<int> sys_rt_sigaction(Caller& caller, int number, UserPointer<const Disposition> wanted,
                             UserPointer<Disposition> out, std::uint64_t set_bytes) {
  if (!has_right_size(set_bytes)) return Errno::einval;
  const bool changes = !wanted.is_null();
  Disposition next;
  if (changes) next = TRY(wanted.read());
  const auto signal = static_cast<Signal>(number);
  if (!is_signal(number) || (changes && unblockable_signals.has(signal))) return Errno::einval;
  Process& process = caller.process();
  const Disposition before = process.signals.disposition(signal);
  next.mask = next.mask.without(unblockable_signals);
  if (changes) caller.kernel().with_room([&] { caller.kernel().signals().set_disposition(process, signal, next); });
  if (!out.is_null()) TRY(out.write(before));
  return 0;
}

// rt_sigaction(2) of a native program, whose handler is a function of the emulator's.
Result<int> sys_native_sigaction(Caller& caller, int number, UserPointer<NativeAction> wanted) {
  constexpr std::uint64_t somewhere = 2;
  NativeAction* const next = TRY(wanted.get());
  const auto signal = static_cast<Signal>(number);
  if (!is_signal(number) || unblockable_signals.has(signal)) return Errno::einval;
  caller.kernel().with_room([&] {
    ProcessSignals& own = caller.process().signals;
    own.native_handlers[signal] = std::make_shared<const SignalHandler>(std::move(next->handler));
    const Disposition action{
        .handler = somewhere, .flags = next->flags, .mask = next->mask.without(unblockable_signals)};
    caller.kernel().signals().set_disposition(caller.process(), signal, action);
  });
  return 0;
}

enum class MaskChange : int { block = 0, unblock = 1, set = 2 };

// rt_sigprocmask(2)
Result<int> sys_rt_sigprocmask(Caller& caller, MaskChange how, UserPointer<const SignalSet> wanted,
                               UserPointer<SignalSet> out, std::uint64_t set_bytes) {
  if (!has_right_size(set_bytes)) return Errno::einval;
  const SignalSet before = caller.thread().blocked_signals();
  if (!wanted.is_null()) {
    const SignalSet given = TRY(wanted.read());
    SignalSet next;
    switch (how) {
      case MaskChange::block:
        next = before | given;
        break;
      case MaskChange::unblock:
        next = before.without(given);
        break;
      case MaskChange::set:
        next = given;
        break;
      default:
        return Errno::einval;
    }
    caller.kernel().with_room([&] { caller.kernel().signals().set_blocked(caller.thread(), next); });
  }
  if (!out.is_null()) TRY(out.write(before));
  return 0;
}

// rt_sigpending(2)
Result<int> sys_rt_sigpending(Caller& caller, UserPointer<SignalSet> out, std::uint64_t set_bytes) {
  if (set_bytes > sizeof(SignalSet)) return Errno::einval;
  const Thread& thread = caller.thread();
  TRY(out.write(caller.kernel().signals().pending(thread) & thread.blocked_signals()));
  return 0;
}

Result<int> sleep_until_signal(Caller& caller) {
  ThreadSignals& own = caller.thread().own_signals();
  while (true) {
    const WakeReason why = caller.sleep_on(own.waiting);
    if (why == WakeReason::interrupted || why == WakeReason::killed) return Errno::eintr;
  }
}

// pause(2)
Result<int> sys_pause(Caller& caller) { return sleep_until_signal(caller); }

// rt_sigsuspend(2)
Result<int> sys_rt_sigsuspend(Caller& caller, UserPointer<const SignalSet> wanted, std::uint64_t set_bytes) {
  if (!has_right_size(set_bytes)) return Errno::einval;
  const SignalSet during = TRY(wanted.read());
  caller.kernel().with_room([&] { caller.kernel().signals().swap_blocked(caller.thread(), during); });
  return sleep_until_signal(caller);
}

std::optional<SignalInfo> take_one(Caller& caller, SignalSet among) {
  std::optional<SignalInfo> taken;
  Kernel& kernel = caller.kernel();
  kernel.with_room([&] { taken = kernel.signals().take(caller.thread(), among); });
  return taken;
}

// rt_sigtimedwait(2)
Result<int> sys_rt_sigtimedwait(Caller& caller, UserPointer<const SignalSet> wanted, UserPointer<UserSignalInfo> out,
                                UserPointer<const TimeSpec> timeout, std::uint64_t set_bytes) {
  if (!has_right_size(set_bytes)) return Errno::einval;
  const SignalSet given = TRY(wanted.read());
  const SignalSet among = given.without(unblockable_signals);
  Instant deadline = Instant::max();
  if (!timeout.is_null()) {
    const TimeSpec time = TRY(timeout.read());
    deadline = caller.now() + TRY(to_duration(time));
  }
  std::optional<SignalInfo> taken = take_one(caller, among);
  if (!taken) {
    if (deadline <= caller.now()) return Errno::eagain;
    ThreadSignals& own = caller.thread().own_signals();
    own.awaited = among;
    const WakeReason why = caller.sleep_on(own.waiting, deadline);
    own.awaited = {};
    taken = take_one(caller, among);
    if (!taken) return why == WakeReason::timed_out ? Errno::eagain : Errno::eintr;
  }
  if (!out.is_null()) TRY(out.write({.info = *taken}));
  return static_cast<int>(taken->signal);
}

}  // namespace

std::span<const SyscallRow> signal_mask_calls() {
  static constexpr std::array rows{
      row<sys_rt_sigaction>(call_number::rt_sigaction, "rt_sigaction"),
      row<sys_rt_sigprocmask>(call_number::rt_sigprocmask, "rt_sigprocmask"),
      row<sys_pause>(call_number::pause, "pause", Support::full(), Restart::without_handler),
      row<sys_rt_sigpending>(call_number::rt_sigpending, "rt_sigpending"),
      row<sys_rt_sigtimedwait>(call_number::rt_sigtimedwait, "rt_sigtimedwait", Support::full(), Restart::never),
      row<sys_rt_sigsuspend>(call_number::rt_sigsuspend, "rt_sigsuspend", Support::full(), Restart::without_handler),
      row<sys_native_sigaction>(call_number::native_sigaction, "native_sigaction"),
  };
  return rows;
}

}  // namespace signalbox
