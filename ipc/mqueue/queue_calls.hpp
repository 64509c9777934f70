#pragma once

#include <span>

#include "kernel/syscall/row.hpp"

namespace signalbox {

// mq_open, mq_unlink, mq_timedsend, mq_timedreceive, mq_notify, mq_getsetattr.
std::span<const SyscallRow> posix_queue_calls();

}  // namespace signalbox
