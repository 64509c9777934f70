#include "kernel/calls/signal_calls.hpp"

#include <array>
#include <limits>

#include "kernel/calls/find_task.hpp"
#include "kernel/calls/signal_types.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {
namespace {

bool is_permitted(const Process& sender, const Process& target, int signal) {
  if (&sender == &target || may_signal(sender.credentials, target.credentials)) return true;
  return signal == static_cast<int>(Signal::sigcont) && sender.session == target.session;
}

bool is_signal_or_probe(int signal) { return signal >= 0 && signal <= last_signal; }

// What kill(2) and tgkill(2) say of themselves.
SignalInfo info_of(Caller& caller, int signal, std::int32_t code) {
  const Process& self = caller.process();
  return SignalInfo::from(static_cast<Signal>(signal), code, self.pid, self.credentials.real_user);
}

const Process& process_of(const Process& target) { return target; }
const Process& process_of(const Thread& target) { return target.process; }

// To a process, or to one thread. Zombies accept every signal; init has no handlers and so is not reached by any
// (kill(2), Notes). A handler's stack may be a few KiB.
template <class Target>
Result<int> send(Caller& caller, Target& target, const SignalInfo& info) {
  const int signal = static_cast<int>(info.signal);
  if (!is_signal_or_probe(signal)) return Errno::einval;
  if (!is_permitted(caller.process(), process_of(target), signal)) return Errno::eperm;
  if (signal == 0) return 0;
  Kernel& kernel = caller.kernel();
  Result<int> sent = 0;
  kernel.with_room([&] { sent = kernel.signals().send(target, info); });
  return sent;
}

// Success if anyone could be sent to, else the last failure (kernel/signal.c, __kill_pgrp_info).
Result<int> send_to_group(Caller& caller, ProcessGroupId group, const SignalInfo& info) {
  bool has_reached = false;
  Result<int> last = Errno::esrch;
  caller.kernel().processes().for_each_process([&](Process& target) {
    if (target.group != group) return;
    last = send(caller, target, info);
    has_reached |= last.has_value();
  });
  return has_reached ? Result<int>(0) : last;
}

// All but init and the caller; being permitted to reach none of them is no failure (kernel/signal.c,
// kill_something_info).
Result<int> send_to_all(Caller& caller, const SignalInfo& info) {
  bool has_target = false;
  Result<int> last = 0;
  caller.kernel().processes().for_each_process([&](Process& target) {
    if (target.parent == nullptr || &target == &caller.process()) return;
    has_target = true;
    const Result<int> sent = send(caller, target, info);
    if (sent.has_value() || sent.error() != Errno::eperm) last = sent;
  });
  return has_target ? last : Result<int>(Errno::esrch);
}

// kill(2)
Result<int> sys_kill(Caller& caller, Pid pid, int signal) {
  const std::int32_t number = pid.value();
  if (number == std::numeric_limits<std::int32_t>::min()) return Errno::esrch;
  const SignalInfo info = info_of(caller, signal, signal_code::user);
  if (number == -1) return send_to_all(caller, info);
  if (number < 0) return send_to_group(caller, ProcessGroupId(-number), info);
  if (number == 0) return send_to_group(caller, caller.process().group, info);
  Process* target = TRY(find_process(caller, pid));
  return send(caller, *target, info);
}

// To one thread, of that process if it is not 0; SI_TKILL.
Result<int> send_to_thread(Caller& caller, Pid process, Tid tid, const SignalInfo& info) {
  Thread* const target = caller.kernel().processes().find_thread(tid);
  if (target == nullptr || target->state == ThreadState::exited) return Errno::esrch;
  if (process != Pid() && target->process.pid != process) return Errno::esrch;
  return send(caller, *target, info);
}

// tgkill(2)
Result<int> sys_tgkill(Caller& caller, Pid process, Tid tid, int signal) {
  if (process.value() <= 0 || tid.value() <= 0) return Errno::einval;
  return send_to_thread(caller, process, tid, info_of(caller, signal, signal_code::thread));
}

// tkill(2)
Result<int> sys_tkill(Caller& caller, Tid tid, int signal) {
  if (tid.value() <= 0) return Errno::einval;
  return send_to_thread(caller, Pid(), tid, info_of(caller, signal, signal_code::thread));
}

// What comes with the signal is the sender's word, but nobody may pretend to be the kernel or kill(2) to others
// (kernel/signal.c, do_rt_sigqueueinfo).
Result<SignalInfo> queued_info(Caller& caller, Pid target, int signal, UserPointer<const UserSignalInfo> from) {
  const UserSignalInfo given = TRY(from.read());
  const bool pretends = given.info.code >= 0 || given.info.code == signal_code::thread;
  if (pretends && target != caller.process().pid) return Errno::eperm;
  SignalInfo info = given.info;
  info.signal = static_cast<Signal>(signal);
  return info;
}

// rt_sigqueueinfo(2)
Result<int> sys_rt_sigqueueinfo(Caller& caller, Pid pid, int signal, UserPointer<const UserSignalInfo> from) {
  const SignalInfo info = TRY(queued_info(caller, pid, signal, from));
  if (pid.value() <= 0) return Errno::esrch;
  Process* target = TRY(find_process(caller, pid));
  return send(caller, *target, info);
}

// rt_tgsigqueueinfo(2)
Result<int> sys_rt_tgsigqueueinfo(Caller& caller, Pid process, Tid tid, int signal,
                                  UserPointer<const UserSignalInfo> from) {
  if (process.value() <= 0 || tid.value() <= 0) return Errno::einval;
  const SignalInfo info = TRY(queued_info(caller, process, signal, from));
  return send_to_thread(caller, process, tid, info);
}

}  // namespace

std::span<const SyscallRow> signal_calls() {
  static constexpr std::array rows{
      row<sys_kill>(call_number::kill, "kill"),
      row<sys_rt_sigqueueinfo>(call_number::rt_sigqueueinfo, "rt_sigqueueinfo"),
      row<sys_tkill>(call_number::tkill, "tkill"),
      row<sys_tgkill>(call_number::tgkill, "tgkill"),
      row<sys_rt_tgsigqueueinfo>(call_number::rt_tgsigqueueinfo, "rt_tgsigqueueinfo"),
  };
  return rows;
}

}  // namespace signalbox
