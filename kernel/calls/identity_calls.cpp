#include "kernel/calls/identity_calls.hpp"

#include <array>
#include <limits>

#include "kernel/syscall/numbers.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {
namespace {

constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();  // no user's and no group's number

// getuid(2)
Result<UserId> sys_getuid(Caller& caller) { return caller.process().credentials.real_user; }
Result<UserId> sys_geteuid(Caller& caller) { return caller.process().credentials.effective_user; }

// getgid(2)
Result<GroupId> sys_getgid(Caller& caller) { return caller.process().credentials.real_group; }
Result<GroupId> sys_getegid(Caller& caller) { return caller.process().credentials.effective_group; }

// setuid(2). The new user's RLIMIT_NPROC is not a reason to fail since Linux 3.1: only later forks meet it.
Result<int> sys_setuid(Caller& caller, UserId user) {
  if (user == UserId(nobody)) return Errno::einval;
  Credentials wanted = caller.process().credentials;
  if (wanted.is_privileged()) {
    wanted.real_user = wanted.saved_user = user;
  } else if (user != wanted.real_user && user != wanted.saved_user) {
    return Errno::eperm;
  }
  wanted.effective_user = user;
  caller.kernel().set_credentials(caller.process(), wanted);
  return 0;
}

// setgid(2)
Result<int> sys_setgid(Caller& caller, GroupId group) {
  if (group == GroupId(nobody)) return Errno::einval;
  Credentials wanted = caller.process().credentials;
  if (wanted.is_privileged()) {
    wanted.real_group = wanted.saved_group = group;
  } else if (group != wanted.real_group && group != wanted.saved_group) {
    return Errno::eperm;
  }
  wanted.effective_group = group;
  caller.kernel().set_credentials(caller.process(), wanted);
  return 0;
}

}  // namespace

std::span<const SyscallRow> identity_calls() {
  static constexpr std::array rows{
      row<sys_getuid>(call_number::getuid, "getuid"),    row<sys_getgid>(call_number::getgid, "getgid"),
      row<sys_setuid>(call_number::setuid, "setuid"),    row<sys_setgid>(call_number::setgid, "setgid"),
      row<sys_geteuid>(call_number::geteuid, "geteuid"), row<sys_getegid>(call_number::getegid, "getegid"),
  };
  return rows;
}

}  // namespace signalbox
