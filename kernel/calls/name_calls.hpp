#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Calls that make, change and remove names.
std::span<const SyscallRow> name_calls();

}  // namespace signalbox
