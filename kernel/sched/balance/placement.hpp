#pragma once

#include "kernel/sched/run_queues.hpp"

namespace signalbox {

// Placement rules that balancers share.

// The lowest CPU of `queue` that the entity may run on. Requires that there is one.
CpuId cpu_in(const RunQueues& queues, RunQueues::Index queue, const Entity& entity);
// A CPU of the queue it lives in, its last one if it can be; otherwise, and for a new one, of the queue with the fewest
// members among those it may run in.
CpuId home_cpu(const RunQueues& queues, const Entity& entity);
// The CPU that idles and is allowed, the lowest; or nothing.
std::optional<CpuId> idle_cpu(const RunQueues& queues, const Entity& entity);

}  // namespace signalbox
