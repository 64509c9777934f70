#include "kernel/calls/all_calls.hpp"

#include <array>

#include "kernel/calls/affinity_calls.hpp"
#include "kernel/calls/alarm_calls.hpp"
#include "kernel/calls/attribute_calls.hpp"
#include "kernel/calls/descriptor_calls.hpp"
#include "kernel/calls/directory_calls.hpp"
#include "kernel/calls/file_calls.hpp"
#include "kernel/calls/group_calls.hpp"
#include "kernel/calls/heap_calls.hpp"
#include "kernel/calls/identity_calls.hpp"
#include "kernel/calls/memory_calls.hpp"
#include "kernel/calls/name_calls.hpp"
#include "kernel/calls/path_calls.hpp"
#include "kernel/calls/priority_calls.hpp"
#include "kernel/calls/process_calls.hpp"
#include "kernel/calls/sched_calls.hpp"
#include "kernel/calls/signal_calls.hpp"
#include "kernel/calls/signal_mask_calls.hpp"
#include "kernel/calls/thread_calls.hpp"
#include "kernel/calls/time_calls.hpp"
#include "kernel/calls/usage_calls.hpp"
#include "kernel/calls/vector_calls.hpp"
#include "kernel/calls/wait_calls.hpp"

namespace signalbox {

std::span<const std::span<const SyscallRow>> kernel_call_parts() {
  static const std::array parts{
      process_calls(),    wait_calls(), signal_calls(),      group_calls(),    identity_calls(),  usage_calls(),
      thread_calls(),     time_calls(), sched_calls(),       priority_calls(), affinity_calls(),  memory_calls(),
      descriptor_calls(), file_calls(), path_calls(),        name_calls(),     attribute_calls(), directory_calls(),
      vector_calls(),     heap_calls(), signal_mask_calls(), alarm_calls()};
  return parts;
}

SyscallTable all_kernel_calls() { return SyscallTable(kernel_call_parts()); }

}  // namespace signalbox
