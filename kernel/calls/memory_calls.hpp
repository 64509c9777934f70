#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Mappings, the heap, what stays in memory. Each answers Errno::enosys in a process without memory: on a machine that
// has none.
std::span<const SyscallRow> memory_calls();

}  // namespace signalbox
