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
    caller_.kernel().with_room([&] { caller_.kernel().signals().swap_blocked(caller_.thread(), during); });
    return {};
  }

  template <class T>
  Result<T> answer(const Result<T>& result) {
    const bool is_swapped = (caller_.thread().signal_work & signal_work::swapped) != 0;
    if (is_swapped && (result.has_value() || result.error() != Errno::eintr))
      caller_.kernel().with_room([&] { caller_.kernel().signals().swap_back(caller_.thread()); });
    return result;
  }

 private:
  Caller& caller_;
};

}  // namespace signalbox
