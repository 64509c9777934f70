#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

std::span<const SyscallRow> pipe_calls();

}  // namespace signalbox
