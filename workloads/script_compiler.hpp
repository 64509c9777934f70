#pragma once

#include "kernel/sched/task_groups.hpp"
#include "workloads/scenario.hpp"
#include "workloads/script.hpp"
#include "workloads/script_objects.hpp"

namespace signalbox {

// Turns tasks into what runs: names become numbers, and events that are several steps are taken apart.
class ScriptCompiler {
 public:
  ScriptCompiler(const Scenario& scenario, ScriptObjects& objects, AffinityTable& affinities, const TaskGroups& groups,
                 unsigned cpu_count)
      : scenario_(scenario), objects_(objects), affinities_(affinities), groups_(groups), cpu_count_(cpu_count) {}

  Script compile(const Task& task) const;
  // The CPUs that a list in a scenario means; an empty one: all.
  ScriptAffinity affinity(const std::vector<CpuId>& cpus) const;
  // On a machine without the group: the root.
  TaskGroupId group(const std::string& path) const { return groups_.find(path).value_or(TaskGroupId()); }

 private:
  std::uint32_t task_number(const std::string& name) const;

  const Scenario& scenario_;
  ScriptObjects& objects_;
  AffinityTable& affinities_;
  const TaskGroups& groups_;
  unsigned cpu_count_;

  friend class EventCompiler;
};

}  // namespace signalbox
