#pragma once

#include "kernel/base/result.hpp"
#include "kernel/sched/entity.hpp"
#include "kernel/task/caller.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {

// Who may set whose scheduling (sched(7), "Privileges and resource limits"; Linux kernel/sched/syscalls.c). The value
// of a success means nothing.

// The caller acts as the target's real or effective user (check_same_owner), or is privileged.
bool may_schedule(const Credentials& caller, const Credentials& target);

// Whether the limit RLIMIT_NICE of `process` lets a thread of it have this nice value (is_nice_reduction).
bool is_nice_allowed(const Process& process, int nice);

// What an unprivileged caller may not do to `target` (user_check_sched_setscheduler).
// `resets` is whether the thread's reset-on-fork flag is set after the change.
Result<bool> may_set_attributes(const Credentials& caller, const Thread& target, const SchedAttributes& wanted,
                                bool resets);

// May the caller's thread make a thread as requested? Errno::eagain for a deadline thread (sched(7)), Errno::eperm if
// it asks for more than the caller could give itself.
Result<bool> may_create(Caller& caller, const ThreadRequest& request);

}  // namespace signalbox
