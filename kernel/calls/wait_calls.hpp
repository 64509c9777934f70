#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Waiting for children: wait4, waitid.
std::span<const SyscallRow> wait_calls();

}  // namespace signalbox
