#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// What a process may use and has used: prlimit64, getrusage, times.
std::span<const SyscallRow> usage_calls();

}  // namespace signalbox
