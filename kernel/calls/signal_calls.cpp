#include "kernel/calls/signal_calls.hpp"

#include <array>
#include <limits>

#include "kernel/base/signal.hpp"
#include "kernel/calls/find_task.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {
namespace {

bool is_permitted(const Process& sender, const Process& target, int signal) {
  if (&sender == &target || may_signal(sender.credentials, target.credentials)) return true;
  return signal == static_cast<int>(Signal::sigcont) && sender.session == target.session;
}

// Zombies accept every signal; init has no handlers and so is not reached by any (kill(2), Notes).
Result<int> send(Caller& caller, Process& target, int signal) {
  if (signal < 0 || signal > last_signal) return Errno::einval;
  if (!is_permitted(caller.process(), target, signal)) return Errno::eperm;
  if (signal == 0 || target.state == ProcessState::zombie || target.parent == nullptr) return 0;
  Kernel& kernel = caller.kernel();
  kernel.trace().emit({.when = caller.now(),
                       .thread = Tid(target.pid.value()),
                       .kind = TraceKind::signal_posted,
                       .detail = static_cast<std::uint8_t>(signal),
                       .a = static_cast<std::uint64_t>(caller.thread().tid.value())});
  if (default_action(static_cast<Signal>(signal)) == DefaultAction::terminate)
    kernel.end_process(target, WaitStatus::killed_by(signal));
  return 0;
}

// Success if anyone could be sent to, else the last failure (kernel/signal.c, __kill_pgrp_info).
Result<int> send_to_group(Caller& caller, ProcessGroupId group, int signal) {
  bool has_reached = false;
  Result<int> last = Errno::esrch;
  caller.kernel().processes().for_each_process([&](Process& target) {
    if (target.group != group) return;
    last = send(caller, target, signal);
    has_reached |= last.has_value();
  });
  return has_reached ? Result<int>(0) : last;
}

// All but init and the caller; being permitted to reach none of them is no failure (kernel/signal.c,
// kill_something_info).
Result<int> send_to_all(Caller& caller, int signal) {
  bool has_target = false;
  Result<int> last = 0;
  caller.kernel().processes().for_each_process([&](Process& target) {
    if (target.parent == nullptr || &target == &caller.process()) return;
    has_target = true;
    const Result<int> sent = send(caller, target, signal);
    if (sent.has_value() || sent.error() != Errno::eperm) last = sent;
  });
  return has_target ? last : Result<int>(Errno::esrch);
}

// kill(2)
Result<int> sys_kill(Caller& caller, Pid pid, int signal) {
  const std::int32_t number = pid.value();
  if (number == std::numeric_limits<std::int32_t>::min()) return Errno::esrch;
  if (number == -1) return send_to_all(caller, signal);
  if (number < 0) return send_to_group(caller, ProcessGroupId(-number), signal);
  if (number == 0) return send_to_group(caller, caller.process().group, signal);
  Process* target = TRY(find_process(caller, pid));
  return send(caller, *target, signal);
}

}  // namespace

std::span<const SyscallRow> signal_calls() {
  static constexpr std::array rows{
      row<sys_kill>(call_number::kill, "kill",
                    Support::partial("handlers and masks; signals that stop or continue do nothing")),
  };
  return rows;
}

}  // namespace signalbox
