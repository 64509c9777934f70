#pragma once

#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <cstdint>

#include "workloads/due_turn.hpp"
#include "workloads/script_objects.hpp"

namespace signalbox {

class Guest;

// What the instances of all scripts of a launch share. Counted, because its threads and whoever launched them end in
// any order; one host thread counts.
class ScriptWorld : public boost::intrusive_ref_counter<ScriptWorld, boost::thread_unsafe_counter> {
 public:
  ScriptWorld(const Scenario& scenario, Kernel& kernel) : objects(scenario, kernel) {}
  virtual ~ScriptWorld() = default;

  // A fork event: one more instance of a task.
  virtual Result<int> fork(Guest& guest, std::uint32_t task) = 0;

  ScriptObjects objects;
  DueTurns due_turns;  // of its living threads, as they were made
};

}  // namespace signalbox
