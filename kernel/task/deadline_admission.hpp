#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"
#include "kernel/sched/cpu_mask.hpp"
#include "kernel/sched/topology.hpp"
#include "kernel/task/process_table.hpp"

namespace signalbox {

// Whether SCHED_DEADLINE's times make sense: 1024 ns <= runtime <= deadline <= period, and a period from 100 us to
// 4.2 s (kernel/sched/deadline.c, __checkparam_dl). In nanoseconds; a period of 0 is the deadline.
bool is_deadline_sound(std::uint64_t runtime, std::uint64_t deadline, std::uint64_t period);

// The CPUs that deadline threads are admitted to: those that are online.
struct DeadlineCpus {
  const Topology& topology;
  const AffinityTable& affinities;
};

// Whether all deadline threads together fit into 95 % of the CPUs' capacity, of which the fair server of each CPU has 5
// already, as Linux 6.12 admits them (sched(7); kernel/sched/deadline.c, sched_dl_overflow, dl_server_apply_params), if
// `thread` had `wanted`; null: one more thread. A thread's bandwidth is free again as soon as it exits or changes its
// class; in Linux at its next zero-lag time.
bool is_admissible(const ProcessTable& threads, DeadlineCpus cpus, const Thread* thread, const SchedAttributes& wanted);

// May a thread with this affinity be made or become one of the deadline class? Requires attributes of that class.
// Errno::einval: its times make no sense. Errno::eperm: its affinity leaves CPUs out. Errno::ebusy: not admissible.
// The order is that of kernel/sched/syscalls.c, __sched_setscheduler.
Result<bool> may_be_deadline(const ProcessTable& threads, DeadlineCpus cpus, const Thread* thread, AffinityId affinity,
                             const SchedAttributes& wanted);

// May `cpu` go offline? Not if the deadline threads that were admitted would not fit into the others (deadline.c,
// dl_bw_deactivate: EBUSY).
bool may_go_offline(const ProcessTable& threads, DeadlineCpus cpus, CpuId cpu);

}  // namespace signalbox
