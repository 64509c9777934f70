#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Calls that list directories.
std::span<const SyscallRow> directory_calls();

}  // namespace signalbox
