#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Sending signals: kill, tkill, tgkill, and with a value rt_sigqueueinfo, rt_tgsigqueueinfo.
std::span<const SyscallRow> signal_calls();

}  // namespace signalbox
