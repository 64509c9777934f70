#include "ipc/all_calls.hpp"

#include <vector>

#include "ipc/mqueue/queue_calls.hpp"
#include "ipc/pipe/pipe_calls.hpp"
#include "ipc/poll/epoll_calls.hpp"
#include "ipc/poll/eventfd_calls.hpp"
#include "ipc/poll/poll_calls.hpp"
#include "ipc/sync/sync_calls.hpp"
#include "ipc/sysv/message_calls.hpp"
#include "ipc/sysv/semaphore_calls.hpp"
#include "kernel/calls/all_calls.hpp"

namespace signalbox {

SyscallTable all_calls() {
  const auto kernel_parts = kernel_call_parts();
  std::vector<std::span<const SyscallRow>> parts(kernel_parts.begin(), kernel_parts.end());
  for (const auto part : {sync_calls(), pipe_calls(), poll_calls(), epoll_calls(), eventfd_calls(), semaphore_calls(),
                          message_calls(), posix_queue_calls()})
    parts.push_back(part);
  return SyscallTable(parts);
}

}  // namespace signalbox
