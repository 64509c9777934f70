#include "kernel/calls/wait_calls.hpp"

#include <array>
#include <limits>

#include "kernel/base/signal.hpp"
#include "kernel/calls/cpu_clock.hpp"
#include "kernel/calls/find_task.hpp"
#include "kernel/signal/signal_info.hpp"
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

// What a child has to report (CLD_ codes).
enum class Change : std::uint8_t { none, ended, stopped, continued };

// What a look at the children found.
struct Found {
  Process* child = nullptr;
  Change change = Change::none;
  bool has_candidate = false;  // one that may change later
};

Change change_of(const Process& child, std::uint32_t options) {
  if (child.state == ProcessState::zombie) return (options & option::exited) != 0 ? Change::ended : Change::none;
  if ((options & option::stopped) != 0 && child.signals.reports_stop) return Change::stopped;
  if ((options & option::continued) != 0 && child.signals.reports_continue) return Change::continued;
  return Change::none;
}

Found look(Process& parent, const Selector& selector) {
  Found found;
  for (Process& child : parent.children) {
    if (!selector.selects(child)) continue;
    const Change change = change_of(child, selector.options);
    if (change != Change::none) return {&child, change, true};
    found.has_candidate |= child.state != ProcessState::zombie;
  }
  return found;
}

// A selected child that has changed; none if none has and the caller would not wait (kernel/exit.c, do_wait).
Result<Found> wait_for_child(Caller& caller, const Selector& selector) {
  Process& parent = caller.process();
  bool was_interrupted = false;
  while (true) {
    const Found found = look(parent, selector);
    if (found.child != nullptr) return found;
    if (!found.has_candidate) return Errno::echild;
    if ((selector.options & option::nohang) != 0) return found;
    if (was_interrupted) return Errno::eintr;
    switch (caller.sleep_on(parent.child_changed)) {
      case WakeReason::woken:
      case WakeReason::timed_out:
        break;
      case WakeReason::interrupted:  // by SIGCHLD, most often
      case WakeReason::killed:
        was_interrupted = true;
    }
  }
}

// A change is reported once.
void take_report(Caller& caller, const Found& found) {
  if (found.change == Change::ended) return caller.kernel().reap(*found.child);
  if (found.change == Change::stopped) found.child->signals.reports_stop = false;
  if (found.change == Change::continued) found.child->signals.reports_continue = false;
}

std::int32_t raw_status(const Found& found) {
  if (found.change == Change::stopped)
    return WaitStatus::stopped_by(static_cast<int>(found.child->signals.stopped_by)).raw();
  return found.change == Change::continued ? WaitStatus::continued().raw() : found.child->status.raw();
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
  const Found found = TRY(wait_for_child(caller, selector));
  if (found.child == nullptr) return Pid(0);
  const Pid answer = found.child->pid;
  const std::int32_t told = raw_status(found);
  const ResourceUsage used = usage_of(*found.child);
  take_report(caller, found);
  if (!status.is_null()) TRY(status.write(told));
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

ChildInfo info_of(const Found& found) {
  const Process& child = *found.child;
  const WaitStatus status = child.status;
  ChildInfo info;
  info.signal = static_cast<std::int32_t>(Signal::sigchld);
  info.pid = child.pid.value();
  info.user = child.credentials.real_user.value();
  if (found.change == Change::stopped) {
    info.code = signal_code::child_stopped;
    info.status = static_cast<std::int32_t>(child.signals.stopped_by);
  } else if (found.change == Change::continued) {
    info.code = signal_code::child_continued;
    info.status = static_cast<std::int32_t>(Signal::sigcont);
  } else {
    info.code = status.has_exited() ? signal_code::child_exited : signal_code::child_killed;
    info.status = status.has_exited() ? status.exit_code() : status.signal();
  }
  return info;
}

// waitid(2), with the raw call's fifth argument.
Result<int> sys_waitid(Caller& caller, IdType type, std::int32_t id, UserPointer<ChildInfo> info, std::uint32_t options,
                       UserPointer<ResourceUsage> usage) {
  if ((options & ~option::of_waitid) != 0) return Errno::einval;
  if ((options & (option::exited | option::stopped | option::continued)) == 0) return Errno::einval;
  const Selector selector = TRY(selector_of(caller.process(), type, id, options));
  const Found found = TRY(wait_for_child(caller, selector));
  const ChildInfo answer = found.child == nullptr ? ChildInfo{} : info_of(found);
  if (found.child != nullptr) {
    const ResourceUsage used = usage_of(*found.child);
    if ((options & option::nowait) == 0) take_report(caller, found);
    if (!usage.is_null()) TRY(usage.write(used));
  }
  if (!info.is_null()) TRY(info.write(answer));
  return 0;
}

constexpr Support of_process = Support::partial("__WNOTHREAD waits for every thread's children");

}  // namespace

std::span<const SyscallRow> wait_calls() {
  static constexpr std::array rows{
      row<sys_wait4>(call_number::wait4, "wait4", of_process),
      row<sys_waitid>(call_number::waitid, "waitid", of_process),
  };
  return rows;
}

}  // namespace signalbox
