#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// poll, ppoll, select, pselect6.
std::span<const SyscallRow> poll_calls();

}  // namespace signalbox
