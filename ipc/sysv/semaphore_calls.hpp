#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// semget, semop, semtimedop, semctl.
std::span<const SyscallRow> semaphore_calls();

}  // namespace signalbox
