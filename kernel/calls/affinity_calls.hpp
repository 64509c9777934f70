#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Which CPUs a thread may run on: sched_setaffinity, sched_getaffinity.
std::span<const SyscallRow> affinity_calls();

}  // namespace signalbox
