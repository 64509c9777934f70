#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Threads within a process: thread_create, thread_join, thread_detach.
std::span<const SyscallRow> thread_calls();

}  // namespace signalbox
