#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sched/cpu_mask.hpp"
#include "kernel/sched/cpu_quota.hpp"

namespace signalbox {

// What a user says of one group (Linux Documentation/admin-guide/cgroup-v2.rst, "CPU").
struct TaskGroupSpec {
  std::string path;            // "/a/b", as under the root of the hierarchy
  std::uint32_t weight = 100;  // cpu.weight, 1 to 10000
  Duration quota = {};         // cpu.max: CPU time in each period, of all CPUs together; 0 = no limit
  Duration period = 100_ms;    // cpu.max
  CpuMask cpus = {};           // cpuset.cpus; none: those of the group above
  Duration burst = {};         // cpu.max.burst: how much a period may use of what former ones left, up to the quota

  bool operator==(const TaskGroupSpec&) const = default;
};

// One node of the hierarchy (kernel/sched/sched.h, struct task_group).
struct TaskGroup {
  TaskGroupSpec spec;
  TaskGroupId id;
  TaskGroupId parent;  // of the root: itself
  CpuQuota quota;
  Duration cpu_time;       // of its threads and those of the groups below it
  std::uint64_t load = 0;  // the weights of what competes in it, over all run queues

  // 1024 at the default weight (kernel/sched/core.c, cpu_weight_write_u64).
  std::uint64_t shares() const { return (std::uint64_t{spec.weight} * 1024 + 50) / 100; }
};

// The cgroups of one machine: a tree that is complete before the first thread. The root has number 0, and every group a
// higher one than its parent.
class TaskGroups {
 public:
  // The groups named, and those on the way to them. Requires paths as is_group_path has them, each once.
  explicit TaskGroups(std::span<const TaskGroupSpec> specs = {});
  TaskGroups(const TaskGroups&) = delete;
  TaskGroups& operator=(const TaskGroups&) = delete;

  std::size_t size() const { return groups_.size(); }
  bool has_root_only() const { return groups_.size() == 1; }
  TaskGroup& operator[](TaskGroupId id) { return groups_[id.value()]; }
  const TaskGroup& operator[](TaskGroupId id) const { return groups_[id.value()]; }
  std::optional<TaskGroupId> find(std::string_view path) const;
  const std::deque<TaskGroup>& all() const { return groups_; }

 private:
  TaskGroupId add(std::string_view path);

  std::deque<TaskGroup> groups_;
};

// Begins with "/", has no empty part, does not end with "/", and is of at most 4096 characters; "/" is the root's.
bool is_group_path(std::string_view path);

// So many besides the root, at most.
inline constexpr std::size_t most_task_groups = 1000;

}  // namespace signalbox
