#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Clocks and sleeps: nanosleep, clock_gettime, clock_nanosleep.
std::span<const SyscallRow> time_calls();

}  // namespace signalbox
