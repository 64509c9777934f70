#include "kernel/calls/wait_calls.hpp"

#include <array>
#include <limits>

#include "kernel/base/signal.hpp"
#include "kernel/calls/cpu_clock.hpp"
#include "kernel/calls/find_task.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"

namespace signalbox {
namespace {

// The options of wait4 and waitid, Linux's values (uapi/linux/wait.h).
namespace option {
constexpr std::uint32_t nohang = 1;
constexpr std::uint32_t stopped = 2;  // WUNTRACED for wait4
constexpr std::uint32_t exited = 4;
constexpr std::uint32_t continued = 8;
constexpr std::uint32_t nowait = 0x01000000;
constexpr std::uint32_t no_thread = 0x20000000;
constexpr std::uint32_t all = 0x40000000;
constexpr std::uint32_t clone = 0x80000000;
constexpr std::uint32_t of_wait4 = nohang | stopped | continued | no_thread | all | clone;
constexpr std::uint32_t of_waitid = of_wait4 | exited | nowait;
}  // namespace option

// Which children are waited for.
struct Selector {
  enum class Kind { any, pid, group } kind = Kind::any;
  std::int32_t number = 0;
  std::uint32_t options = 0;

  // A child is a "clone child" if its end sends no SIGCHLD; here every child's does.
  bool selects(const Process& child) const {
    if ((options & option::clone) != 0 && (options & option::all) == 0) return false;
    switch (kind) {
      case Kind::any:
        return true;
      case Kind::pid:
        return child.pid.value() == number;
      case Kind::group:
        return child.group.value() == number;
    }
    return false;
  }
};

// What a look at the children found.
struct Found {
  Process* zombie = nullptr;
  bool has_candidate = false;  // one that may end later
};

Found look(Process& parent, const Selector& selector) {
  const bool takes_ended = (selector.options & option::exited) != 0;
  Found found;
  for (Process& child : parent.children) {
    if (!selector.selects(child)) continue;
    if (child.state != ProcessState::zombie) {
      found.has_candidate = true;
    } else if (takes_ended) {
      return {&child, true};
    }
  }
  return found;
}

// A selected child that has ended; null if none has and the caller would not wait (kernel/exit.c, do_wait).
Result<Process*> wait_for_child(Caller& caller, const Selector& selector) {
  Process& parent = caller.process();
  while (true) {
    const Found found = look(parent, selector);
    if (found.zombie != nullptr) return found.zombie;
    if (!found.has_candidate) return Errno::echild;
    if ((selector.options & option::nohang) != 0) return nullptr;
    switch (caller.sleep_on(parent.child_changed)) {
      case WakeReason::woken:
      case WakeReason::timed_out:
        break;
      case WakeReason::interrupted:
      case WakeReason::killed:
        return Errno::eintr;
    }
  }
}

// Its own and those of its children that it has waited for.
ResourceUsage usage_of(const Process& zombie) {
  CpuTimes times = zombie.times();
  times += zombie.reaped_children;
  MemoryUsage memory = zombie.memory_usage();
  memory += zombie.children_memory;
  return to_resource_usage(times, memory);
}

Result<Selector> selector_of(const Process& caller, std::int32_t pid, std::uint32_t options) {
  if (pid == std::numeric_limits<std::int32_t>::min()) return Errno::esrch;
  if (pid == -1) return Selector{Selector::Kind::any, 0, options};
  if (pid < 0) return Selector{Selector::Kind::group, -pid, options};
  if (pid == 0) return Selector{Selector::Kind::group, caller.group.value(), options};
  return Selector{Selector::Kind::pid, pid, options};
}

// wait4(2)
Result<Pid> sys_wait4(Caller& caller, Pid pid, UserPointer<std::int32_t> status, std::uint32_t options,
                      UserPointer<ResourceUsage> usage) {
  if ((options & ~option::of_wait4) != 0) return Errno::einval;
  const Selector selector = TRY(selector_of(caller.process(), pid.value(), options | option::exited));
  Process* child = TRY(wait_for_child(caller, selector));
  if (child == nullptr) return Pid(0);
  const Pid answer = child->pid;
  const std::int32_t raw_status = child->status.raw();
  const ResourceUsage used = usage_of(*child);
  caller.kernel().reap(*child);
  if (!status.is_null()) TRY(status.write(raw_status));
  if (!usage.is_null()) TRY(usage.write(used));
  return answer;
}

enum class IdType : int { all = 0, pid = 1, group = 2 };

Result<Selector> selector_of(const Process& caller, IdType type, std::int32_t id, std::uint32_t options) {
  switch (type) {
    case IdType::all:
      return Selector{Selector::Kind::any, 0, options};
    case IdType::pid:
      if (id <= 0) return Errno::einval;
      return Selector{Selector::Kind::pid, id, options};
    case IdType::group:
      if (id < 0) return Errno::einval;
      return Selector{Selector::Kind::group, id == 0 ? caller.group.value() : id, options};
  }
  return Errno::einval;
}

ChildInfo info_of(const Process& zombie) {
  constexpr std::int32_t has_exited = 1;  // CLD_EXITED
  constexpr std::int32_t was_killed = 2;  // CLD_KILLED
  const WaitStatus status = zombie.status;
  ChildInfo info;
  info.signal = static_cast<std::int32_t>(Signal::sigchld);
  info.code = status.has_exited() ? has_exited : was_killed;
  info.pid = zombie.pid.value();
  info.user = zombie.credentials.real_user.value();
  info.status = status.has_exited() ? status.exit_code() : status.signal();
  return info;
}

// waitid(2), with the raw call's fifth argument.
Result<int> sys_waitid(Caller& caller, IdType type, std::int32_t id, UserPointer<ChildInfo> info, std::uint32_t options,
                       UserPointer<ResourceUsage> usage) {
  if ((options & ~option::of_waitid) != 0) return Errno::einval;
  if ((options & (option::exited | option::stopped | option::continued)) == 0) return Errno::einval;
  const Selector selector = TRY(selector_of(caller.process(), type, id, options));
  Process* child = TRY(wait_for_child(caller, selector));
  const ChildInfo answer = child == nullptr ? ChildInfo{} : info_of(*child);
  if (child != nullptr) {
    const ResourceUsage used = usage_of(*child);
    if ((options & option::nowait) == 0) caller.kernel().reap(*child);
    if (!usage.is_null()) TRY(usage.write(used));
  }
  if (!info.is_null()) TRY(info.write(answer));
  return 0;
}

constexpr Support without_stops =
    Support::partial("children that stop or continue; __WNOTHREAD waits for every thread's children");

}  // namespace

std::span<const SyscallRow> wait_calls() {
  static constexpr std::array rows{
      row<sys_wait4>(call_number::wait4, "wait4", without_stops),
      row<sys_waitid>(call_number::waitid, "waitid", without_stops),
  };
  return rows;
}

}  // namespace signalbox
