#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// What a process does with its signals: rt_sigaction, rt_sigprocmask, rt_sigpending; and waiting for them: pause,
// rt_sigsuspend, rt_sigtimedwait.
std::span<const SyscallRow> signal_mask_calls();

}  // namespace signalbox
