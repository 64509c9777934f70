#include "kernel/calls/sched_calls.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ranges>

#include "kernel/calls/cpu_clock.hpp"
#include "kernel/calls/find_task.hpp"
#include "kernel/calls/sched_attributes.hpp"
#include "kernel/calls/user_types.hpp"
#include "kernel/sched/nice.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"

// The order of the checks is that of Linux' kernel/sched/syscalls.c throughout.
namespace signalbox {
namespace {

constexpr int reset_on_fork_bit = 0x40000000;  // SCHED_RESET_ON_FORK
constexpr std::uint32_t page = 4096;

std::uint64_t to_bits(Duration time) { return static_cast<std::uint64_t>(time.nanoseconds()); }

// What a thread has now, as a change that changes nothing.
SchedChange current_scheduling(const Thread& thread) {
  const SchedAttributes& attributes = thread.normal;
  return {.policy = std::nullopt,
          .resets_on_fork = thread.resets_on_fork,
          .nice = attributes.nice,
          .priority = attributes.realtime_priority,
          .runtime = to_bits(attributes.runtime),
          .deadline = to_bits(attributes.deadline),
          .period = to_bits(attributes.period)};
}

// sched_yield(2)
Result<int> sys_sched_yield(Caller& caller) {
  caller.kernel().yield(caller.thread());
  return 0;
}

// What sched_setscheduler and sched_setparam share: they know a priority and nothing else.
Result<int> set_priority(Caller& caller, Tid tid, std::optional<int> policy, UserPointer<SchedParam> param) {
  if (param.is_null() || tid.value() < 0) return Errno::einval;
  const SchedParam wanted = TRY(param.read());
  Thread* thread = TRY(find_thread(caller, tid));
  SchedChange change = current_scheduling(*thread);
  change.priority = static_cast<std::uint32_t>(wanted.priority);
  change.deadline = change.period = 0;
  if (!is_fair(thread->normal.sched_class)) change.runtime = 0;
  if (policy.has_value()) {
    change.policy = *policy & ~reset_on_fork_bit;
    change.resets_on_fork = (*policy & reset_on_fork_bit) != 0;
  }
  return change_scheduling(caller.kernel(), caller.process().credentials, *thread, change);
}

// sched_setscheduler(2)
Result<int> sys_sched_setscheduler(Caller& caller, Tid tid, int policy, UserPointer<SchedParam> param) {
  if (policy < 0) return Errno::einval;
  return set_priority(caller, tid, policy, param);
}

// sched_setparam(2)
Result<int> sys_sched_setparam(Caller& caller, Tid tid, UserPointer<SchedParam> param) {
  return set_priority(caller, tid, std::nullopt, param);
}

// sched_getscheduler(2)
Result<int> sys_sched_getscheduler(Caller& caller, Tid tid) {
  if (tid.value() < 0) return Errno::einval;
  const Thread* thread = TRY(find_thread(caller, tid));
  const int policy = static_cast<int>(thread->normal.sched_class);
  return thread->resets_on_fork ? policy | reset_on_fork_bit : policy;
}

// sched_getparam(2)
Result<int> sys_sched_getparam(Caller& caller, Tid tid, UserPointer<SchedParam> out) {
  if (out.is_null() || tid.value() < 0) return Errno::einval;
  const Thread* thread = TRY(find_thread(caller, tid));
  TRY(out.write({thread->normal.realtime_priority}));
  return 0;
}

// Whether a caller that knows more of the struct than we do asks for nothing of it.
Result<bool> is_rest_zero(UserPointer<SchedAttr> from, std::uint32_t size) {
  const auto all = TRY(from.as<const std::byte>().get(size));
  return std::ranges::all_of(all | std::views::drop(sizeof(SchedAttr)),
                             [](std::byte extra) { return extra == std::byte{0}; });
}

// Reads the struct in the size that the caller says it has.
Result<SchedAttrVersion0> read_attr(UserPointer<SchedAttr> from) {
  const SchedAttrVersion0 attr = TRY(from.as<const SchedAttrVersion0>().read());
  const std::uint32_t size = attr.size == 0 ? sizeof(SchedAttrVersion0) : attr.size;
  bool is_size_known = size >= sizeof(SchedAttrVersion0) && size <= page;
  if (is_size_known) is_size_known = TRY(is_rest_zero(from, size));
  if (!is_size_known) {
    TRY(from.as<std::uint32_t>().write(sizeof(SchedAttr)));
    return Errno::e2big;
  }
  if ((attr.flags & sched_flag::utilization) != 0 && size < sizeof(SchedAttr)) return Errno::einval;
  return attr;
}

SchedChange change_of(const Thread& thread, const SchedAttrVersion0& attr) {
  SchedChange change = current_scheduling(thread);
  if ((attr.flags & sched_flag::keep_params) == 0) {
    change.nice = std::clamp(attr.nice, min_nice, max_nice);
    change.priority = attr.priority;
    change.runtime = attr.runtime;
    change.deadline = attr.deadline;
    change.period = attr.period;
  } else {
    change.keeps_params = true;
  }
  if ((attr.flags & sched_flag::keep_policy) == 0) {
    change.policy = static_cast<int>(attr.policy);
    change.resets_on_fork = (attr.flags & sched_flag::reset_on_fork) != 0;
  }
  return change;
}

// sched_setattr(2)
Result<int> sys_sched_setattr(Caller& caller, Tid tid, UserPointer<SchedAttr> from, std::uint32_t flags) {
  if (from.is_null() || tid.value() < 0 || flags != 0) return Errno::einval;
  const SchedAttrVersion0 attr = TRY(read_attr(from));
  if (static_cast<std::int32_t>(attr.policy) < 0) return Errno::einval;
  Thread* thread = TRY(find_thread(caller, tid));
  if ((attr.flags & ~(sched_flag::supported | sched_flag::utilization)) != 0) return Errno::einval;
  // As a kernel that was built without CONFIG_UCLAMP_TASK.
  if ((attr.flags & sched_flag::utilization) != 0) return Errno::eopnotsupp;
  return change_scheduling(caller.kernel(), caller.process().credentials, *thread, change_of(*thread, attr));
}

// Only what the thread's class uses is told (get_params).
SchedAttrVersion0 attr_of(const Thread& thread) {
  const SchedAttributes& attributes = thread.normal;
  SchedAttrVersion0 attr;
  attr.policy = static_cast<std::uint32_t>(attributes.sched_class);
  attr.flags = thread.resets_on_fork ? sched_flag::reset_on_fork : 0;
  if (is_realtime(attributes.sched_class)) {
    attr.priority = attributes.realtime_priority;
    return attr;
  }
  attr.runtime = to_bits(attributes.runtime);
  if (attributes.sched_class == SchedClass::deadline) {
    attr.deadline = to_bits(attributes.deadline);
    attr.period = to_bits(attributes.period);
  } else {
    attr.nice = int{attributes.nice};
  }
  return attr;
}

// sched_getattr(2)
Result<int> sys_sched_getattr(Caller& caller, Tid tid, UserPointer<SchedAttr> out, std::uint32_t size,
                              std::uint32_t flags) {
  if (out.is_null() || tid.value() < 0 || size > page || size < sizeof(SchedAttrVersion0) || flags != 0) {
    return Errno::einval;
  }
  const Thread* thread = TRY(find_thread(caller, tid));
  SchedAttr attr;
  attr.base = attr_of(*thread);
  if (size >= sizeof(SchedAttr)) {
    attr.base.size = sizeof(SchedAttr);
    TRY(out.write(attr));
  } else {
    attr.base.size = sizeof(SchedAttrVersion0);
    TRY(out.as<SchedAttrVersion0>().write(attr.base));
  }
  return 0;
}

// sched_get_priority_max(2)
Result<int> sys_sched_get_priority_max(Caller&, int policy) {
  const std::optional<SchedClass> kind = sched_class_of(policy);
  if (!kind.has_value()) return Errno::einval;
  return is_realtime(*kind) ? 99 : 0;
}

// sched_get_priority_min(2)
Result<int> sys_sched_get_priority_min(Caller&, int policy) {
  const std::optional<SchedClass> kind = sched_class_of(policy);
  if (!kind.has_value()) return Errno::einval;
  return is_realtime(*kind) ? 1 : 0;
}

// sched_rr_get_interval(2). Linux rounds down to its tick.
Result<int> sys_sched_rr_get_interval(Caller& caller, Tid tid, UserPointer<TimeSpec> out) {
  if (tid.value() < 0) return Errno::einval;
  const Thread* thread = TRY(find_thread(caller, tid));
  TRY(out.write(to_time_spec(caller.kernel().slice_of(*thread))));
  return 0;
}

}  // namespace

std::span<const SyscallRow> sched_calls() {
  static constexpr std::array rows{
      row<sys_sched_yield>(call_number::sched_yield, "sched_yield"),
      row<sys_sched_setparam>(call_number::sched_setparam, "sched_setparam"),
      row<sys_sched_getparam>(call_number::sched_getparam, "sched_getparam"),
      row<sys_sched_setscheduler>(call_number::sched_setscheduler, "sched_setscheduler"),
      row<sys_sched_getscheduler>(call_number::sched_getscheduler, "sched_getscheduler"),
      row<sys_sched_get_priority_max>(call_number::sched_get_priority_max, "sched_get_priority_max"),
      row<sys_sched_get_priority_min>(call_number::sched_get_priority_min, "sched_get_priority_min"),
      row<sys_sched_rr_get_interval>(call_number::sched_rr_get_interval, "sched_rr_get_interval"),
      row<sys_sched_setattr>(
          call_number::sched_setattr, "sched_setattr",
          Support::partial("SCHED_FLAG_RECLAIM, SCHED_FLAG_DL_OVERRUN and utilization clamps are refused")),
      row<sys_sched_getattr>(call_number::sched_getattr, "sched_getattr"),
  };
  return rows;
}

}  // namespace signalbox
