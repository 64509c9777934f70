#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Process groups and sessions: setpgid, getpgid, getpgrp, setsid, getsid.
std::span<const SyscallRow> group_calls();

}  // namespace signalbox
