#include "ipc/sysv/message_calls.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "ipc/sysv/sysv_namespace.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"
#include "kernel/task/user_memory.hpp"

namespace signalbox {
namespace {

// What msgctl(2) does (linux/ipc.h).
enum class Command : std::int32_t { remove = 0, set = 1, stat = 2 };

// struct msqid64_ds
struct QueueRecord {
  IpcPermissionRecord permissions;
  std::int64_t sent = 0;
  std::int64_t received = 0;
  std::int64_t changed = 0;
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;
  std::uint64_t most_bytes = 0;
  std::int32_t last_sender = 0;
  std::int32_t last_receiver = 0;
  std::uint64_t unused[2] = {};
};
static_assert(sizeof(QueueRecord) == 120);

using TypeAndText = std::int64_t;  // struct msgbuf: the text follows

MessageQueue::User user(Caller& caller) {
  return {.current = caller, .credentials = credentials(caller), .pid = caller.process().pid};
}

// msgget(2)
Result<std::int32_t> sys_msgget(Caller& caller, std::int32_t key, std::uint32_t flags) {
  const auto make = [&]() -> Result<std::unique_ptr<MessageQueue>> {
    return std::make_unique<MessageQueue>(key, flags, credentials(caller), caller.now());
  };
  const auto fits = [](const MessageQueue&) -> Result<void> { return {}; };
  Result<std::int32_t> id = Errno::enospc;
  caller.kernel().with_room(
      [&] { id = SysvNamespace::of(caller).queues.get(key, flags, credentials(caller), fits, make); });
  return id;
}

// msgsnd(2): what is wrong is told in the order of do_msgsnd.
Result<int> sys_msgsnd(Caller& caller, std::int32_t id, UserPointer<const TypeAndText> from, std::uint64_t bytes,
                       std::uint32_t flags) {
  const std::int64_t type = TRY(from.read());
  if (bytes > MessageQueue::longest || id < 0 || type < 1) return Errno::einval;
  const auto given = TRY(from.as<const std::byte>().get(sizeof type + bytes)).subspan(sizeof type);
  MessageRef message;
  caller.kernel().with_room([&] { message = make_message(type, given); });
  MessageQueue& queue = *TRY(SysvNamespace::of(caller).queues.find(id));
  return queue.send(user(caller), std::move(message), (flags & ipc_no_wait) == 0);
}

// msgrcv(2). A message that does not reach the caller's memory is lost, as Linux's is.
Result<std::uint64_t> sys_msgrcv(Caller& caller, std::int32_t id, UserPointer<TypeAndText> to, std::uint64_t bytes,
                                 std::int64_t type, std::uint32_t flags) {
  if (id < 0 || static_cast<std::int64_t>(bytes) < 0) return Errno::einval;
  const bool waits = (flags & ipc_no_wait) == 0;
  if ((flags & message_copy) != 0 && (waits || (flags & message_except) != 0)) return Errno::einval;
  MessageQueue& queue = *TRY(SysvNamespace::of(caller).queues.find(id));
  const MessageChoice choice = MessageChoice::of(type, flags, bytes);
  const MessageRef message = TRY(queue.receive(user(caller), choice, waits));
  const std::size_t length = std::min<std::size_t>(bytes, message->text.size());
  bring_in_for_end(caller, to.address(), sizeof type + length, Access::write);
  TRY(to.write(message->type));
  const auto room = TRY(to.as<std::byte>().get(sizeof type + length)).subspan(sizeof type);
  std::copy_n(message->text.begin(), length, room.begin());
  return length;
}

Result<int> stat(Caller& caller, MessageQueue& queue, std::uint64_t to) {
  TRY(queue.check(credentials(caller), ipc_may_read));
  const MessageQueue::Record& use = queue.record_of_use();
  const UserPointer<QueueRecord> record(to, caller.process().compiled.get());
  TRY(record.write({.permissions = queue.record(),
                    .sent = seconds(use.sent),
                    .received = seconds(use.received),
                    .changed = seconds(queue.changed),
                    .bytes = use.bytes,
                    .count = use.count,
                    .most_bytes = use.most_bytes,
                    .last_sender = use.last_sender.value(),
                    .last_receiver = use.last_receiver.value()}));
  return 0;
}

// msgctl_down.
Result<int> set(Caller& caller, MessageQueue& queue, const QueueRecord& wanted) {
  TRY(queue.check_owner(credentials(caller)));
  if (!wanted.permissions.has_owner()) return Errno::einval;
  if (wanted.most_bytes > MessageQueue::default_bytes && !credentials(caller).is_privileged()) return Errno::eperm;
  caller.kernel().with_room([&] { queue.set(wanted.permissions, wanted.most_bytes, caller.now()); });
  return 0;
}

// msgctl(2)
Result<int> sys_msgctl(Caller& caller, std::int32_t id, Command command, std::uint64_t argument) {
  if (id < 0) return Errno::einval;
  QueueRecord wanted;
  if (command == Command::set) {
    const UserPointer<const QueueRecord> record(argument, caller.process().compiled.get());
    wanted = TRY(record.read());
  }
  IpcTable<MessageQueue>& queues = SysvNamespace::of(caller).queues;
  MessageQueue& queue = *TRY(queues.find(id));
  switch (command) {
    case Command::stat:
      return stat(caller, queue, argument);
    case Command::set:
      return set(caller, queue, wanted);
    case Command::remove:
      TRY(queue.check_owner(credentials(caller)));
      caller.kernel().with_room([&] {
        queue.removed();
        queues.remove(id);
      });
      return 0;
  }
  return Errno::einval;
}

}  // namespace

std::span<const SyscallRow> message_calls() {
  static constexpr std::array rows{
      row<sys_msgget>(call_number::msgget, "msgget"),
      row<sys_msgsnd>(call_number::msgsnd, "msgsnd", Support::full(), Restart::without_handler),
      row<sys_msgrcv>(call_number::msgrcv, "msgrcv", Support::full(), Restart::without_handler),
      row<sys_msgctl>(call_number::msgctl, "msgctl", Support::partial("IPC_INFO, MSG_INFO, MSG_STAT, MSG_STAT_ANY")),
  };
  return rows;
}

}  // namespace signalbox
