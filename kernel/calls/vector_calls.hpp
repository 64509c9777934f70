#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// readv(2) and its kin: one transfer for several parts of the caller's memory.
std::span<const SyscallRow> vector_calls();

}  // namespace signalbox
