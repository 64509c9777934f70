#include "kernel/sched/task_groups.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"

namespace signalbox {

bool is_group_path(std::string_view path) {
  constexpr std::size_t longest = 4096;  // PATH_MAX
  if (path == "/") return true;
  return path.size() <= longest && path.starts_with('/') && !path.ends_with('/') &&
         path.find("//") == std::string_view::npos;
}

TaskGroups::TaskGroups(std::span<const TaskGroupSpec> specs) {
  groups_.emplace_back().spec.path = "/";
  for (const TaskGroupSpec& spec : specs) {
    CHECK(is_group_path(spec.path), "paths are checked where they enter");
    TaskGroup& group = groups_[add(spec.path).value()];
    group.spec = spec;
    if (spec.quota > Duration()) group.quota = CpuQuota(spec.quota, spec.period, spec.burst);
  }
}

std::optional<TaskGroupId> TaskGroups::find(std::string_view path) const {
  const auto found = std::ranges::find(groups_, path, [](const TaskGroup& group) { return group.spec.path; });
  if (found == groups_.end()) return std::nullopt;
  return found->id;
}

TaskGroupId TaskGroups::add(std::string_view path) {
  if (const auto known = find(path)) return *known;
  const std::size_t slash = path.rfind('/');
  const TaskGroupId parent = slash == 0 ? TaskGroupId() : add(path.substr(0, slash));
  TaskGroup& group = groups_.emplace_back();
  group.spec.path = path;
  group.id = TaskGroupId(static_cast<TaskGroupId::Value>(groups_.size() - 1));
  group.parent = parent;
  return group.id;
}

}  // namespace signalbox
