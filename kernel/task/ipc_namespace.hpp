#pragma once

#include "kernel/base/time.hpp"

namespace signalbox {

struct Process;

// What the processes of a machine share by identifiers and not by files (Linux's struct ipc_namespace). Whoever has
// such objects makes it with the first call that needs it.
class IpcNamespace {
 public:
  virtual ~IpcNamespace() = default;
  // The process's last thread has ended (exit_sem of ipc/sem.c). Does not sleep.
  virtual void process_ended(const Process& process, Instant now) = 0;
};

}  // namespace signalbox
