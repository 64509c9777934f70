#include "ipc/all_calls.hpp"

#include <vector>

#include "ipc/sync/sync_calls.hpp"
#include "kernel/calls/all_calls.hpp"

namespace signalbox {

SyscallTable all_calls() {
  const auto kernel_parts = kernel_call_parts();
  std::vector<std::span<const SyscallRow>> parts(kernel_parts.begin(), kernel_parts.end());
  parts.push_back(sync_calls());
  return SyscallTable(parts);
}

}  // namespace signalbox
