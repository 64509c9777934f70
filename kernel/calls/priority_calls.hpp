#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Nice values: getpriority, setpriority.
std::span<const SyscallRow> priority_calls();

}  // namespace signalbox
