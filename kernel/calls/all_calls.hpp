#pragma once

#include "kernel/syscall/table.hpp"

namespace signalbox {

// Every call of the kernel's own folders.
SyscallTable all_kernel_calls();

// The same in parts, for who joins them with the calls of other folders.
std::span<const std::span<const SyscallRow>> kernel_call_parts();

}  // namespace signalbox
