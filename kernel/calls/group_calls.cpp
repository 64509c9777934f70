#include "kernel/calls/group_calls.hpp"

#include <array>

#include "kernel/calls/find_task.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {
namespace {

bool leads_session(const Process& process) { return process.session.value() == process.pid.value(); }

// Whether anyone, zombies included, is in `group` within `session`; in any session if that is 0.
bool has_group(const ProcessTable& table, ProcessGroupId group, SessionId session) {
  bool found = false;
  table.for_each_process([&](const Process& process) {
    found |= process.group == group && (session == SessionId() || process.session == session);
  });
  return found;
}

// setpgid(2); the order of the checks is that of kernel/sys.c.
Result<int> sys_setpgid(Caller& caller, Pid pid, ProcessGroupId group) {
  Process& self = caller.process();
  if (group.value() < 0) return Errno::einval;
  Process* target = TRY(find_process(caller, pid));
  if (pid != Pid(0) && target->pid != pid) return Errno::einval;  // a thread, but not its process's first
  if (target->parent == &self) {
    if (target->session != self.session) return Errno::eperm;
    if (target->has_executed) return Errno::eacces;
  } else if (target != &self) {
    return Errno::esrch;
  }
  if (leads_session(*target)) return Errno::eperm;
  const ProcessGroupId wanted = group == ProcessGroupId(0) ? ProcessGroupId(target->pid.value()) : group;
  const bool is_new = wanted.value() == target->pid.value();
  if (!is_new && !has_group(caller.kernel().processes(), wanted, self.session)) return Errno::eperm;
  target->group = wanted;
  return 0;
}

// getpgid(2)
Result<ProcessGroupId> sys_getpgid(Caller& caller, Pid pid) {
  const Process* process = TRY(find_process(caller, pid));
  return process->group;
}

// getpgrp(2)
Result<ProcessGroupId> sys_getpgrp(Caller& caller) { return caller.process().group; }

// setsid(2)
Result<SessionId> sys_setsid(Caller& caller) {
  Process& self = caller.process();
  const ProcessGroupId group(self.pid.value());
  if (leads_session(self) || has_group(caller.kernel().processes(), group, SessionId())) return Errno::eperm;
  self.session = SessionId(self.pid.value());
  self.group = group;
  return self.session;
}

// getsid(2)
Result<SessionId> sys_getsid(Caller& caller, Pid pid) {
  const Process* process = TRY(find_process(caller, pid));
  return process->session;
}

}  // namespace

std::span<const SyscallRow> group_calls() {
  static constexpr std::array rows{
      row<sys_setpgid>(call_number::setpgid, "setpgid"), row<sys_getpgrp>(call_number::getpgrp, "getpgrp"),
      row<sys_setsid>(call_number::setsid, "setsid"),    row<sys_getpgid>(call_number::getpgid, "getpgid"),
      row<sys_getsid>(call_number::getsid, "getsid"),
  };
  return rows;
}

}  // namespace signalbox
