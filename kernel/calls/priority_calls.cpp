#include "kernel/calls/priority_calls.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "kernel/calls/find_task.hpp"
#include "kernel/calls/sched_permissions.hpp"
#include "kernel/sched/nice.hpp"
#include "kernel/syscall/numbers.hpp"

namespace signalbox {
namespace {

// Linux's values (uapi/linux/resource.h).
enum class Which : int { thread = 0, group = 1, user = 2 };

bool is_known(Which which) { return which >= Which::thread && which <= Which::user; }

bool is_named(const Process& process, Which which, std::uint32_t who, const Process& caller) {
  if (which == Which::group) {
    const ProcessGroupId group(static_cast<ProcessGroupId::Value>(who));
    return process.group == (who == 0 ? caller.group : group);
  }
  return process.credentials.real_user == (who == 0 ? caller.credentials.real_user : UserId(who));
}

// Calls visit(thread) for every thread that `which` and `who` name; 0 is the caller's own.
template <class Visit>
void for_each_named(Caller& caller, Which which, std::uint32_t who, Visit visit) {
  if (which == Which::thread) {
    const Result<Thread*> thread = find_thread(caller, Tid(static_cast<Tid::Value>(who)));
    if (thread.has_value()) visit(**thread);
    return;
  }
  caller.kernel().processes().for_each_thread([&](Thread& thread) {
    const bool is_there = thread.state != ThreadState::exited;
    if (is_there && is_named(thread.process, which, who, caller.process())) visit(thread);
  });
}

// getpriority(2), the raw call: 40 (nice -20) down to 1 (nice 19), the best one of those named, so that no answer is
// negative.
Result<int> sys_getpriority(Caller& caller, Which which, std::uint32_t who) {
  if (!is_known(which)) return Errno::einval;
  std::optional<int> best;
  for_each_named(caller, which, who,
                 [&](const Thread& thread) { best = std::max(best.value_or(0), max_nice + 1 - thread.normal.nice); });
  if (!best.has_value()) return Errno::esrch;
  return *best;
}

Result<int> set_nice(Caller& caller, Thread& thread, int nice) {
  const Credentials& credentials = caller.process().credentials;
  SchedAttributes attributes = thread.normal;
  if (!may_schedule(credentials, thread.process.credentials)) return Errno::eperm;
  const bool is_allowed = credentials.is_privileged() || is_nice_allowed(thread.process, nice);
  if (nice < attributes.nice && !is_allowed) return Errno::eacces;
  if (attributes.nice == nice) return 0;
  attributes.nice = static_cast<std::int8_t>(nice);
  caller.kernel().set_attributes(thread, attributes);
  return 0;
}

// setpriority(2): answers the last failure if any thread could not be changed (kernel/sys.c, set_one_prio).
Result<int> sys_setpriority(Caller& caller, Which which, std::uint32_t who, int nice) {
  if (!is_known(which)) return Errno::einval;
  const int wanted = std::clamp(nice, min_nice, max_nice);
  Result<int> answer = Errno::esrch;
  for_each_named(caller, which, who, [&](Thread& thread) {
    const Result<int> changed = set_nice(caller, thread, wanted);
    if (!changed.has_value() || (!answer.has_value() && answer.error() == Errno::esrch)) answer = changed;
  });
  return answer;
}

}  // namespace

std::span<const SyscallRow> priority_calls() {
  static constexpr std::array rows{
      row<sys_getpriority>(call_number::getpriority, "getpriority"),
      row<sys_setpriority>(call_number::setpriority, "setpriority"),
  };
  return rows;
}

}  // namespace signalbox
