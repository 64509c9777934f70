#include "workloads/endless.hpp"

#include <algorithm>

namespace signalbox {
namespace {

bool exits(const Phase& phase) {
  return std::ranges::any_of(phase.events,
                             [](const ScriptEvent& event) { return std::holds_alternative<ExitEvent>(event.action); });
}

bool is_endless(const Task& task) {
  if (task.program || task.instances == 0) return false;
  for (const Phase& phase : task.phases) {
    if (exits(phase)) return false;
    if (phase.loop == -1) return true;
  }
  return task.loop == -1;
}

}  // namespace

const Task* endless_task(const Scenario& scenario) {
  const auto found = std::ranges::find_if(scenario.tasks, is_endless);
  return found == scenario.tasks.end() ? nullptr : &*found;
}

}  // namespace signalbox
