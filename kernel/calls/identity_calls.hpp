#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Who a process acts as: getuid, geteuid, getgid, getegid, setuid, setgid.
std::span<const SyscallRow> identity_calls();

}  // namespace signalbox
