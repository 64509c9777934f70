#include "workloads/script_objects.hpp"

namespace signalbox {

std::map<std::string, std::uint64_t, std::less<>> barrier_parties(const Scenario& scenario) {
  std::map<std::string, std::uint64_t, std::less<>> parties;
  for (const Task& task : scenario.tasks) {
    std::set<std::string, std::less<>> named;  // a task that comes twice a turn is still one
    for (const Phase& phase : task.phases) {
      for (const ScriptEvent& event : phase.events) {
        if (const auto* barrier = std::get_if<BarrierEvent>(&event.action)) named.insert(barrier->barrier);
      }
    }
    for (const std::string& name : named) parties[name] += static_cast<std::uint64_t>(task.instances);
  }
  return parties;
}

ScriptObjects::ScriptObjects(const Scenario& scenario, Kernel& kernel)
    : kernel_(kernel),
      names_(kernel.trace()),
      protocol_(scenario.inherits_priority ? MutexProtocol::inherit : MutexProtocol::none),
      parties_(barrier_parties(scenario)),
      semaphore_starts_(scenario.semaphores) {
  for (const Task& task : scenario.tasks) {
    for (const Phase& phase : task.phases) note_awaited(phase);
  }
}

void ScriptObjects::note_awaited(const Phase& phase) {
  for (const ScriptEvent& event : phase.events) {
    if (const auto* wait = std::get_if<WaitEvent>(&event.action)) awaited_.insert(wait->condition);
    if (const auto* sync = std::get_if<SyncEvent>(&event.action)) awaited_.insert(sync->condition);
  }
}

std::uint32_t ScriptObjects::mutex_number(std::string_view name) {
  return mutexes.number_of(name, protocol_, kernel_, names_.intern(name));
}

std::uint32_t ScriptObjects::condition_number(std::string_view name) {
  const WaitKind kind = awaited_.contains(name) ? WaitKind::condition : WaitKind::suspended;
  return conditions.number_of(name, names_.intern(name), kind);
}

std::uint32_t ScriptObjects::barrier_number(std::string_view name) {
  return barriers.number_of(name, parties_.find(name)->second, names_.intern(name));
}

std::uint32_t ScriptObjects::semaphore_number(std::string_view name) {
  const auto start = semaphore_starts_.find(std::string(name));
  const std::int64_t value = start == semaphore_starts_.end() ? 0 : start->second;
  return semaphores.number_of(name, static_cast<std::uint32_t>(value), names_.intern(name));
}

}  // namespace signalbox
