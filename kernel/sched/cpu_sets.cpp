#include "kernel/sched/cpu_sets.hpp"

namespace signalbox {

// A group comes after its parent.
CpuSets::CpuSets(const TaskGroups& groups, AffinityTable& affinities) : affinities_(affinities) {
  for (const TaskGroup& group : groups.all()) {
    const AffinityId above = group.id == TaskGroupId() ? AffinityId() : of(group.parent);
    const CpuMask common = group.spec.cpus & affinities.asked(above);
    of_group_.push_back(common.none() ? above : affinities.intern(common));
  }
}

AffinityId CpuSets::effective(AffinityId asked, TaskGroupId group) {
  const AffinityId set = of(group);
  if (set == AffinityId() || set == asked) return asked;
  const CpuMask common = affinities_.asked(asked) & affinities_.asked(set);
  return common.none() ? set : affinities_.intern(common);
}

}  // namespace signalbox
