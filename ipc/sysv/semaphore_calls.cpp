#include "ipc/sysv/semaphore_calls.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "ipc/sysv/sysv_namespace.hpp"
#include "kernel/calls/time_span.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"

namespace signalbox {
namespace {

using Operations = std::vector<SemaphoreOperation, ObjectAllocator<SemaphoreOperation, ObjectClass::sembuf>>;

// What semctl(2) does (linux/sem.h, linux/ipc.h).
enum class Command : std::int32_t {
  remove = 0,
  set = 1,
  stat = 2,
  get_pid = 11,
  get_value = 12,
  get_all = 13,
  count_for_more = 14,
  count_for_zero = 15,
  set_value = 16,
  set_all = 17,
};

// struct semid64_ds
struct SetRecord {
  IpcPermissionRecord permissions;
  std::int64_t operated = 0;
  std::uint64_t unused_1 = 0;
  std::int64_t changed = 0;
  std::uint64_t unused_2 = 0;
  std::uint64_t semaphores = 0;
  std::uint64_t unused_3[2] = {};
};
static_assert(sizeof(SetRecord) == 104);

// semget(2)
Result<std::int32_t> sys_semget(Caller& caller, std::int32_t key, std::int32_t count, std::uint32_t flags) {
  if (count < 0 || static_cast<std::size_t>(count) > SemaphoreSet::most_in_set) return Errno::einval;
  const auto wanted = static_cast<std::size_t>(count);
  const auto fits = [&](const SemaphoreSet& set) -> Result<void> {
    if (wanted > set.size()) return Errno::einval;
    return {};
  };
  const auto make = [&]() -> Result<std::unique_ptr<SemaphoreSet>> {
    if (wanted == 0) return Errno::einval;
    return std::make_unique<SemaphoreSet>(key, flags, credentials(caller), caller.now(), wanted);
  };
  Result<std::int32_t> id = Errno::enospc;
  caller.kernel().with_room(
      [&] { id = SysvNamespace::of(caller).semaphores.get(key, flags, credentials(caller), fits, make); });
  return id;
}

// do_semtimedop: what is wrong is told in its order.
Result<int> operate(Caller& caller, std::int32_t id, UserPointer<const SemaphoreOperation> at, std::uint32_t count,
                    const std::optional<TimeSpec>& timeout = {}) {
  if (count > SemaphoreSet::most_operations) return Errno::e2big;
  if (count < 1) return Errno::einval;
  const auto given = TRY(at.get(count));
  const Operations operations(given.begin(), given.end());
  if (id < 0) return Errno::einval;
  Instant deadline = Instant::max();
  if (timeout) {
    const Duration length = TRY(to_duration(*timeout));
    deadline = caller.now() + length;
  }
  SemaphoreSet& set = *TRY(SysvNamespace::of(caller).semaphores.find(id));
  const bool is_within = std::ranges::all_of(operations, [&](const auto& each) { return each.number < set.size(); });
  if (!is_within) return Errno::efbig;
  TRY(set.check(credentials(caller), changes(operations) ? ipc_may_write : ipc_may_read));
  return set.operate(caller, caller.process().pid, operations, deadline);
}

// semop(2)
Result<int> sys_semop(Caller& caller, std::int32_t id, UserPointer<const SemaphoreOperation> at, std::uint32_t count) {
  return operate(caller, id, at, count);
}

// semtimedop(2)
Result<int> sys_semtimedop(Caller& caller, std::int32_t id, UserPointer<const SemaphoreOperation> at,
                           std::uint32_t count, UserPointer<const TimeSpec> timeout) {
  std::optional<TimeSpec> time;
  if (!timeout.is_null()) time = TRY(timeout.read());
  return operate(caller, id, at, count, time);
}

Result<int> stat(Caller& caller, SemaphoreSet& set, std::uint64_t to) {
  TRY(set.check(credentials(caller), ipc_may_read));
  const UserPointer<SetRecord> record(to, caller.process().compiled.get());
  TRY(record.write({.permissions = set.record(),
                    .operated = seconds(set.operated()),
                    .changed = seconds(set.changed),
                    .semaphores = set.size()}));
  return 0;
}

// semctl_main, of the values of all.
Result<int> move_all(Caller& caller, SemaphoreSet& set, Command command, std::uint64_t at) {
  const bool sets = command == Command::set_all;
  TRY(set.check(credentials(caller), sets ? ipc_may_write : ipc_may_read));
  const UserPointer<std::uint16_t> values(at, caller.process().compiled.get());
  const std::span<std::uint16_t> span = TRY(values.get(set.size()));
  if (!sets) {
    for (std::size_t i = 0; i < span.size(); ++i) span[i] = set.value(i);
    return 0;
  }
  if (std::ranges::any_of(span, [](std::uint16_t value) { return value > SemaphoreSet::most; })) return Errno::erange;
  caller.kernel().with_room([&] { set.set_all(caller.process().pid, span, caller.now()); });
  return 0;
}

Result<std::size_t> number_in(const SemaphoreSet& set, std::int32_t number) {
  if (number < 0 || static_cast<std::size_t>(number) >= set.size()) return Errno::einval;
  return static_cast<std::size_t>(number);
}

// semctl_setval.
Result<int> set_one(Caller& caller, SemaphoreSet& set, std::int32_t number, std::int32_t value) {
  const std::size_t which = TRY(number_in(set, number));
  TRY(set.check(credentials(caller), ipc_may_write));
  caller.kernel().with_room(
      [&] { set.set(caller.process().pid, which, static_cast<std::uint16_t>(value), caller.now()); });
  return 0;
}

// semctl_main, of one.
template <class Tell>
Result<int> tell_one(Caller& caller, SemaphoreSet& set, std::int32_t number, Tell tell) {
  TRY(set.check(credentials(caller), ipc_may_read));
  const std::size_t which = TRY(number_in(set, number));
  return static_cast<int>(tell(which));
}

// semctl_down
Result<int> change_owner(Caller& caller, SemaphoreSet& set, const std::optional<SetRecord>& wanted) {
  TRY(set.check_owner(credentials(caller)));
  if (wanted && !wanted->permissions.has_owner()) return Errno::einval;
  caller.kernel().with_room([&] {
    if (wanted) return set.set_permissions(wanted->permissions, caller.now());
    set.removed();
    SysvNamespace::of(caller).semaphores.remove(set.id());
  });
  return 0;
}

// semctl(2)
Result<int> sys_semctl(Caller& caller, std::int32_t id, std::int32_t number, Command command, std::uint64_t argument) {
  if (id < 0) return Errno::einval;
  const auto value = static_cast<std::int32_t>(argument);
  if (command == Command::set_value && (value < 0 || value > SemaphoreSet::most)) return Errno::erange;
  std::optional<SetRecord> wanted;
  if (command == Command::set) {
    const UserPointer<const SetRecord> record(argument, caller.process().compiled.get());
    wanted = TRY(record.read());
  }
  SemaphoreSet& set = *TRY(SysvNamespace::of(caller).semaphores.find(id));
  switch (command) {
    case Command::remove:
    case Command::set:
      return change_owner(caller, set, wanted);
    case Command::stat:
      return stat(caller, set, argument);
    case Command::get_all:
    case Command::set_all:
      return move_all(caller, set, command, argument);
    case Command::set_value:
      return set_one(caller, set, number, value);
    case Command::get_value:
      return tell_one(caller, set, number, [&](std::size_t which) { return set.value(which); });
    case Command::get_pid:
      return tell_one(caller, set, number, [&](std::size_t which) { return set.last(which).value(); });
    case Command::count_for_more:
      return tell_one(caller, set, number,
                      [&](std::size_t which) { return set.waiting(which, SemaphoreWait::for_more); });
    case Command::count_for_zero:
      return tell_one(caller, set, number,
                      [&](std::size_t which) { return set.waiting(which, SemaphoreWait::for_zero); });
  }
  return Errno::einval;
}

}  // namespace

std::span<const SyscallRow> semaphore_calls() {
  static constexpr std::array rows{
      row<sys_semget>(call_number::semget, "semget"),
      row<sys_semop>(call_number::semop, "semop", Support::full(), Restart::never),
      row<sys_semctl>(call_number::semctl, "semctl", Support::partial("IPC_INFO, SEM_INFO, SEM_STAT, SEM_STAT_ANY")),
      row<sys_semtimedop>(call_number::semtimedop, "semtimedop", Support::full(), Restart::never),
  };
  return rows;
}

}  // namespace signalbox
