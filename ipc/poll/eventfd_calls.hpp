#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// eventfd, eventfd2.
std::span<const SyscallRow> eventfd_calls();

}  // namespace signalbox
