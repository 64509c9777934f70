#include "ipc/sysv/sysv_namespace.hpp"

#include <memory>

namespace signalbox {

SysvNamespace& SysvNamespace::of(Kernel& machine) {
  std::unique_ptr<IpcNamespace>& own = machine.ipc_namespace();
  if (own == nullptr) own = std::make_unique<SysvNamespace>();
  return static_cast<SysvNamespace&>(*own);
}

void SysvNamespace::process_ended(const Process& process, Instant now) {
  semaphores.for_each([&](SemaphoreSet& set) { set.undo(process.pid, now); });
}

}  // namespace signalbox
