#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

std::span<const SyscallRow> path_calls();

}  // namespace signalbox
