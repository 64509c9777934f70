#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Signals as far as they end processes: kill.
std::span<const SyscallRow> signal_calls();

}  // namespace signalbox
