#include "workloads/formats/rt_app.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "workloads/formats/loose_json.hpp"
#include "workloads/formats/rt_app_context.hpp"
#include "workloads/formats/rt_app_global.hpp"
#include "workloads/formats/rt_app_keys.hpp"
#include "workloads/formats/rt_app_references.hpp"
#include "workloads/formats/rt_app_task.hpp"
#include "workloads/formats/rt_app_values.hpp"

namespace signalbox {
namespace {

constexpr auto top_keys = std::to_array<std::string_view>({"tasks", "global", "resources"});

void read_tasks(const LooseMember& tasks, RtAppContext& context) {
  std::map<std::string_view, unsigned> lines;
  for (const LooseMember& task : object_of(tasks).members) {
    const auto [first, is_new] = lines.emplace(task.key, task.place.line);
    if (!is_new) {
      throw InputError(task.place, fmt::format("the task {} is already in line {}", in_quotes(task.key), first->second),
                       "another name, or \"instance\" for more of the same");
    }
    context.scenario.tasks.push_back(read_rt_app_task(task, context));
  }
  if (lines.empty()) throw InputError(tasks.place, "\"tasks\" holds none", "at least one task");
}

}  // namespace

Scenario parse_rt_app(std::string_view text, const std::string& file) {
  if (!looks_like_rt_app(text)) throw InputError({file, 1, 1}, "this is no object", "\"{\" and \"tasks\" in it");
  const LooseValue root = read_loose_json(text, file);
  const SortedKeys keys(root, {.owner = "the file", .settings = top_keys});
  const LooseMember* tasks = keys.find("tasks");
  if (tasks == nullptr) throw InputError(root.place, "there is no \"tasks\"", "\"tasks\": { ... }");
  RtAppContext context;
  context.scenario.format = "rt-app";
  if (const LooseMember* global = keys.find("global")) read_rt_app_global(*global, context);
  if (const LooseMember* resources = keys.find("resources")) read_rt_app_resources(*resources, context);
  read_tasks(*tasks, context);
  resolve_rt_app_references(context);
  return std::move(context.scenario);
}

bool looks_like_rt_app(std::string_view text) { return begins_like_loose_json(text); }

}  // namespace signalbox
