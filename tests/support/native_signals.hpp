#pragma once

#include <cstdint>
#include <utility>

#include "kernel/calls/signal_types.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox {

// Signals of native programs, by the calls that they are.
inline std::int64_t handle_signal(Caller& caller, Signal signal, SignalHandler handler, std::uint64_t flags = 0,
                                  SignalSet mask = {}) {
  NativeAction action{.handler = std::move(handler), .flags = flags, .mask = mask};
  return call(caller, call_number::native_sigaction, signal, &action);
}
inline std::int64_t arrange(Caller& caller, Signal signal, std::uint64_t handler, std::uint64_t flags = 0) {
  const Disposition wanted{.handler = handler, .flags = flags};
  return call(caller, call_number::rt_sigaction, signal, &wanted, nullptr, sizeof(SignalSet));
}
inline std::int64_t change_mask(Caller& caller, int how, SignalSet set) {
  return call(caller, call_number::rt_sigprocmask, how, &set, nullptr, sizeof set);
}
inline std::int64_t block(Caller& caller, SignalSet set) { return change_mask(caller, 0, set); }
inline std::int64_t unblock(Caller& caller, SignalSet set) { return change_mask(caller, 1, set); }
inline std::int64_t send_signal(Caller& caller, std::int64_t pid, Signal signal) {
  return call(caller, call_number::kill, pid, signal);
}
inline std::int64_t own_pid(Caller& caller) { return call(caller, call_number::getpid); }

}  // namespace signalbox
