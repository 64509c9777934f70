#pragma once

#include <vector>

#include "kernel/sched/cpu_mask.hpp"
#include "kernel/sched/task_groups.hpp"

namespace signalbox {

// Which CPUs the threads of each group may use (Documentation/admin-guide/cgroup-v2.rst, cpuset.cpus.effective): those
// the group names, as far as the group above has them, and all of that one's if it names none of them.
class CpuSets {
 public:
  CpuSets(const TaskGroups& groups, AffinityTable& affinities);

  AffinityId of(TaskGroupId group) const { return of_group_[group.value()]; }
  // What a thread of the group that asked for `asked` may use: what both have in common, else what the group has
  // (kernel/sched/core.c, __set_cpus_allowed_ptr and user_cpus_ptr).
  AffinityId effective(AffinityId asked, TaskGroupId group);

 private:
  AffinityTable& affinities_;
  std::vector<AffinityId> of_group_;
};

}  // namespace signalbox
