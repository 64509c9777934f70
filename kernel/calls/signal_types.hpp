#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/signal/disposition.hpp"
#include "kernel/signal/signal_info.hpp"
#include "kernel/task/process_signals.hpp"

namespace signalbox {

// siginfo_t (sigaction(2))
struct UserSignalInfo {
  SignalInfo info;
  std::array<std::byte, 80> unused{};
};
static_assert(sizeof(UserSignalInfo) == 128);

// What a native program arranges for a signal; its own calls take it, as its handler is a function of the emulator's.
struct NativeAction {
  SignalHandler handler;
  std::uint64_t flags = 0;  // SA_
  SignalSet mask;
};

}  // namespace signalbox
