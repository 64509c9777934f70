#pragma once

#include <cstdint>
#include <optional>

#include "kernel/base/result.hpp"
#include "kernel/calls/user_types.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {

// The flags of sched_setattr(2), Linux's values.
namespace sched_flag {
inline constexpr std::uint64_t reset_on_fork = 0x01;
inline constexpr std::uint64_t keep_policy = 0x08;
inline constexpr std::uint64_t keep_params = 0x10;
inline constexpr std::uint64_t utilization_min = 0x20;
inline constexpr std::uint64_t utilization_max = 0x40;
inline constexpr std::uint64_t utilization = utilization_min | utilization_max;
inline constexpr std::uint64_t supported = reset_on_fork | keep_policy | keep_params;
}  // namespace sched_flag

// What sched_setscheduler, sched_setparam and sched_setattr come down to (kernel/sched/syscalls.c, struct sched_attr).
struct SchedChange {
  std::optional<int> policy;  // none: the thread's own
  bool resets_on_fork = false;
  bool keeps_params = false;
  int nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;  // ns, as the two that follow
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

// Null if Linux has no such policy.
std::optional<SchedClass> sched_class_of(int policy);
bool is_fair(SchedClass kind);
bool is_realtime(SchedClass kind);

// The attributes that `thread` would have after the change. Errno::einval if they make no sense.
Result<SchedAttributes> changed_attributes(const Thread& thread, const SchedChange& change);

// Checks what is asked for, and who asks, and does it (kernel/sched/syscalls.c, __sched_setscheduler).
Result<int> change_scheduling(Kernel& kernel, const Credentials& caller, Thread& thread, const SchedChange& change);

}  // namespace signalbox
