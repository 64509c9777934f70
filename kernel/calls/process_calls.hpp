#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Being a process and ceasing to be: fork, exit, exit_group, getpid, getppid, gettid, prctl.
std::span<const SyscallRow> process_calls();

}  // namespace signalbox
