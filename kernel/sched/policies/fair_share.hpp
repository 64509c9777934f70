#pragma once

#include <memory>

#include "kernel/sched/policy.hpp"

namespace signalbox {

// Of n processes, everybody is promised 1/n of the CPU since it was created (Tanenbaum, Modern Operating Systems,
// Fair-Share Scheduling, with processes for users): guaranteed:by=process.
std::unique_ptr<Policy> make_fair_share(SchedulerView& view, Duration quantum);

}  // namespace signalbox
