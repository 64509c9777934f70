#pragma once

#include <cstdint>

#include "kernel/syscall/user_pointer.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {

// The signals that a call blocks while it waits, instead of those of its thread (pselect(2)): the mask is back when it
// answers, unless a signal ended it, whose handler comes first (set_user_sigmask of kernel/signal.c, 6.1).
class MaskForCall {
 public:
  explicit MaskForCall(Caller& caller) : caller_(caller) {}

  // Null: the thread's own. Errno::einval: not of the size of a set; efault.
  Result<void> set(UserPointer<const SignalSet> wanted, std::uint64_t set_bytes) {
    if (wanted.is_null()) return {};
    if (set_bytes != sizeof(SignalSet)) return Errno::einval;
    const SignalSet during = TRY(wanted.read());
    Thread& thread = caller_.thread();
    thread.own_signals().before_swap = thread.blocked_signals();
    thread.signal_work |= signal_work::swapped;
    caller_.kernel().with_room([&] { caller_.kernel().signals().set_blocked(thread, during); });
    return {};
  }

  template <class T>
  Result<T> answer(const Result<T>& result) {
    Thread& thread = caller_.thread();
    const bool is_swapped = (thread.signal_work & signal_work::swapped) != 0;
    if (!is_swapped || (!result.has_value() && result.error() == Errno::eintr)) return result;
    thread.signal_work = static_cast<std::uint8_t>(thread.signal_work & ~signal_work::swapped);
    caller_.kernel().with_room(
        [&] { caller_.kernel().signals().set_blocked(thread, thread.own_signals().before_swap); });
    return result;
  }

 private:
  Caller& caller_;
};

}  // namespace signalbox
