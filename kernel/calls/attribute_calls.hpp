#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// Calls that tell and change what a file has beside its contents.
std::span<const SyscallRow> attribute_calls();

}  // namespace signalbox
