#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Signals at a time: alarm, setitimer, getitimer.
std::span<const SyscallRow> alarm_calls();

}  // namespace signalbox
