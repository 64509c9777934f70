#pragma once

#include "ipc/sysv/ipc_table.hpp"
#include "ipc/sysv/message_queue.hpp"
#include "ipc/sysv/semaphore_set.hpp"
#include "kernel/task/caller.hpp"
#include "kernel/task/ipc_namespace.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {

// The System V objects of a machine. They live until somebody removes them (svipc(7)).
class SysvNamespace final : public IpcNamespace {
 public:
  static constexpr std::size_t most_sets = 32000;    // SEMMNI
  static constexpr std::size_t most_queues = 32000;  // MSGMNI

  // A machine's, made by whoever asks first.
  static SysvNamespace& of(Kernel& machine);
  static SysvNamespace& of(Caller& caller) { return of(caller.kernel()); }

  void process_ended(const Process& process, Instant now) override;

  IpcTable<SemaphoreSet> semaphores{most_sets};
  IpcTable<MessageQueue> queues{most_queues};
};

// As the *ctl(2) calls tell times, and as whom they take their caller.
inline std::int64_t seconds(Instant instant) { return instant.since_start() / 1_s; }
inline const Credentials& credentials(Caller& caller) { return caller.process().credentials; }

}  // namespace signalbox
