#pragma once

#include "kernel/syscall/table.hpp"

namespace signalbox {

// Every system call there is: the kernel's and those of each kind of IPC.
SyscallTable all_calls();

}  // namespace signalbox
