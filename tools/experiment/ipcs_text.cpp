#include "tools/experiment/ipcs_text.hpp"

#include <fmt/format.h>

#include "ipc/sysv/sysv_namespace.hpp"

namespace signalbox {
namespace {

// The columns that every kind of object has.
std::string common_columns(const IpcObject& object) {
  const IpcPermissionRecord record = object.record();
  return fmt::format("0x{:08x} {:<10} {:<10.10} {:<10o}", static_cast<std::uint32_t>(record.key), object.id(),
                     record.user == 0 ? "root" : fmt::to_string(record.user), record.mode & ipc_permission_bits);
}

}  // namespace

std::string ipcs_text(Kernel& machine) {
  SysvNamespace& objects = SysvNamespace::of(machine);
  std::string text = fmt::format("\n------ Message Queues --------\n{:<10} {:<10} {:<10} {:<10} {:<12} {:<12}\n", "key",
                                 "msqid", "owner", "perms", "used-bytes", "messages");
  objects.queues.for_each([&](const MessageQueue& queue) {
    const MessageQueue::Record& use = queue.record_of_use();
    text += fmt::format("{} {:<12} {:<12}\n", common_columns(queue), use.bytes, use.count);
  });
  text += fmt::format("\n------ Semaphore Arrays --------\n{:<10} {:<10} {:<10} {:<10} {:<10}\n", "key", "semid",
                      "owner", "perms", "nsems");
  objects.semaphores.for_each(
      [&](const SemaphoreSet& set) { text += fmt::format("{} {:<10}\n", common_columns(set), set.size()); });
  return text + "\n";
}

}  // namespace signalbox
