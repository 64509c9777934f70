#pragma once

#include "kernel/base/result.hpp"
#include "kernel/task/caller.hpp"
#include "kernel/task/kernel.hpp"

namespace signalbox {

// Who a call's pid argument names; 0 is the caller. Errno::esrch if nobody does.

// The process of that pid, or the one that the thread of that number belongs to: most calls of Linux take either
// (kernel/pid.c, find_task_by_vpid).
Result<Process*> find_process(Caller& caller, Pid pid);
// A thread that has not ended.
Result<Thread*> find_thread(Caller& caller, Tid tid);

}  // namespace signalbox
