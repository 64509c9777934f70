#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

std::span<const SyscallRow> descriptor_calls();

}  // namespace signalbox
