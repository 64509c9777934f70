#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Scheduling classes: sched_yield, sched_{set,get}{scheduler,param,attr}, sched_get_priority_{max,min}.
std::span<const SyscallRow> sched_calls();

}  // namespace signalbox
