#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "kernel/exec/stack.hpp"
#include "tests/support/scenario_run.hpp"
#include "workloads/launch_state.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// Scenarios as tests write them.

inline Phase phase(std::vector<ScriptAction> actions, std::int64_t loop = 1) {
  Phase made;
  made.loop = loop;
  for (ScriptAction& action : actions) made.events.push_back({std::move(action), {"test.json", 1, 1}});
  return made;
}

// One phase, gone through `loop` times.
inline Task task(const std::string& name, std::vector<ScriptAction> actions, std::int64_t loop = 1) {
  Task made;
  made.name = name;
  made.loop = 1;
  made.phases.push_back(phase(std::move(actions), loop));
  made.place = {"test.json", 1, 1};
  return made;
}

inline Scenario scenario(std::vector<Task> tasks) {
  Scenario made;
  made.tasks = std::move(tasks);
  return made;
}

// Starts a scenario, and tells afterwards how much of their stacks its first threads have used.
class StackProbe {
 public:
  StackProbe(ScenarioRun& run, const Scenario& scenario) : state_(new LaunchState(scenario, *run.machine, {})) {
    for (std::uint32_t task = 0; task < scenario.tasks.size(); ++task) state_->arrive(*run.machine, task);
    run.machine->processes().for_each_thread([this](const Thread& thread) {
      Stack stack = thread.stack;
      stack.size -= prepared;
      paint(stack);
      stacks_.push_back(stack);
    });
  }

  std::size_t deepest() const {
    std::size_t most = 0;
    for (const Stack& stack : stacks_) most = std::max(most, high_water(stack));
    return most + prepared;
  }

 private:
  static constexpr std::size_t prepared = 256;  // written before the first resume

  boost::intrusive_ptr<LaunchState> state_;
  std::vector<Stack> stacks_;
};

}  // namespace signalbox
