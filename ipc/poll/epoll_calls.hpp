#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// epoll_create, epoll_ctl, epoll_wait and their variants.
std::span<const SyscallRow> epoll_calls();

}  // namespace signalbox
