#include "kernel/calls/usage_calls.hpp"

#include <array>

#include "kernel/calls/cpu_clock.hpp"
#include "kernel/calls/find_task.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"

namespace signalbox {
namespace {

// Every id of the target must be the caller's real one (kernel/sys.c, check_prlimit_permission).
bool may_see_limits(const Credentials& caller, const Credentials& target) {
  if (caller.is_privileged()) return true;
  return caller.real_user == target.real_user && caller.real_user == target.effective_user &&
         caller.real_user == target.saved_user && caller.real_group == target.real_group &&
         caller.real_group == target.effective_group && caller.real_group == target.saved_group;
}

constexpr std::uint64_t most_open_files = 1'048'576;  // /proc/sys/fs/nr_open as it begins

// do_prlimit: nobody gets more descriptors than nr_open, privileged or not.
Result<int> check_limit(const Credentials& caller, Resource kind, const ResourceLimit& current,
                        const ResourceLimit& wanted) {
  if (wanted.soft > wanted.hard) return Errno::einval;
  if (kind == Resource::open_files && wanted.hard > most_open_files) return Errno::eperm;
  if (wanted.hard > current.hard && !caller.is_privileged()) return Errno::eperm;
  return 0;
}

// prlimit(2)
Result<int> sys_prlimit64(Caller& caller, Pid pid, std::uint32_t resource, UserPointer<ResourceLimit> wanted,
                          UserPointer<ResourceLimit> old) {
  Process* target = TRY(find_process(caller, pid));
  const Credentials& credentials = caller.process().credentials;
  if (target != &caller.process() && !may_see_limits(credentials, target->credentials)) return Errno::eperm;
  if (resource >= resource_count) return Errno::einval;
  const auto kind = static_cast<Resource>(resource);
  const ResourceLimit current = target->limits.get(kind);
  if (!wanted.is_null()) {
    const ResourceLimit limit = TRY(wanted.read());
    TRY(check_limit(credentials, kind, current, limit));
    target->limits.set(kind, limit);
    target->limits_changed();
  }
  if (!old.is_null()) TRY(old.write(current));
  return 0;
}

enum class UsageOf : int { children = -1, self = 0, thread = 1 };

// getrusage(2)
Result<int> sys_getrusage(Caller& caller, UsageOf who, UserPointer<ResourceUsage> out) {
  const Process& process = caller.process();
  CpuTimes times;
  MemoryUsage memory;
  switch (who) {
    case UsageOf::children:
      times = process.reaped_children;
      memory = process.children_memory;
      break;
    case UsageOf::self:
      times = cpu_times(caller.kernel(), process);
      memory = process.memory_usage();
      break;
    case UsageOf::thread: {
      const ThreadMemory& own = caller.thread().memory;
      times = caller.kernel().cpu_times(caller.thread());
      memory = {own.minor_faults, own.major_faults, process.memory_usage().peak_pages};
      break;
    }
    default:
      return Errno::einval;
  }
  TRY(out.write(to_resource_usage(times, memory)));
  return 0;
}

// times(2): clock ticks since the machine started.
Result<std::int64_t> sys_times(Caller& caller, UserPointer<ProcessTicks> out) {
  constexpr Duration tick = 10_ms;  // USER_HZ is 100
  if (!out.is_null()) {
    const CpuTimes own = cpu_times(caller.kernel(), caller.process());
    const CpuTimes& children = caller.process().reaped_children;
    TRY(out.write({own.user / tick, own.kernel / tick, children.user / tick, children.kernel / tick}));
  }
  return caller.now().since_start() / tick;
}

}  // namespace

std::span<const SyscallRow> usage_calls() {
  static constexpr std::array rows{
      row<sys_getrusage>(call_number::getrusage, "getrusage",
                         Support::partial("all but CPU times and what is of memory is zero")),
      row<sys_times>(call_number::times, "times"),
      row<sys_prlimit64>(call_number::prlimit64, "prlimit64",
                         Support::partial("enforces RLIMIT_NPROC, RLIMIT_NOFILE, RLIMIT_NICE, RLIMIT_RTPRIO, "
                                          "RLIMIT_SIGPENDING and those of memory only")),
  };
  return rows;
}

}  // namespace signalbox
