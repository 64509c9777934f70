#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// msgget, msgsnd, msgrcv, msgctl.
std::span<const SyscallRow> message_calls();

}  // namespace signalbox
