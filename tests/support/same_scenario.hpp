#pragma once

#include <fmt/format.h>

#include <boost/pfr.hpp>
#include <string>

#include "workloads/scenario.hpp"

namespace signalbox {

inline bool same_action(const ScriptAction& a, const ScriptAction& b) {
  return std::visit(
      []<class A, class B>(const A& one, const B& other) {
        if constexpr (std::is_same_v<A, B>) {
          return boost::pfr::eq(one, other);
        } else {
          return false;
        }
      },
      a, b);
}

inline bool same_sched(const SchedRequest& a, const SchedRequest& b) {
  return a.attributes == b.attributes && a.cpus == b.cpus && a.group == b.group;
}

inline bool same_phase(const Phase& a, const Phase& b) {
  return a.name == b.name && a.loop == b.loop && same_sched(a.sched, b.sched) &&
         std::ranges::equal(a.events, b.events, same_action, &ScriptEvent::action, &ScriptEvent::action);
}

inline bool same_program(const std::optional<ProgramCall>& a, const std::optional<ProgramCall>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->name == b->name && a->arguments == b->arguments;
}

inline bool same_task(const Task& a, const Task& b) {
  return a.name == b.name && a.instances == b.instances && a.delay == b.delay && a.loop == b.loop &&
         same_sched(a.sched, b.sched) && std::ranges::equal(a.phases, b.phases, same_phase) &&
         same_program(a.program, b.program) && a.process == b.process;
}

// Where two scenarios differ; empty if only in their names, formats and the places where they were written.
inline std::string difference(const Scenario& a, const Scenario& b) {
  if (a.duration != b.duration) return "duration";
  if (a.machine != b.machine) return "machine";
  if (a.inherits_priority != b.inherits_priority) return "pi_enabled";
  if (a.semaphores != b.semaphores) return "semaphores";
  if (a.memory_buffer != b.memory_buffer) return "mem_buffer_size";
  if (a.io_device != b.io_device) return "io_device";
  if (a.notes != b.notes) return "notes";
  if (a.tasks.size() != b.tasks.size()) return fmt::format("{} and {} tasks", a.tasks.size(), b.tasks.size());
  for (std::size_t i = 0; i < a.tasks.size(); ++i) {
    if (!same_task(a.tasks[i], b.tasks[i])) return "task " + a.tasks[i].name;
  }
  return {};
}

}  // namespace signalbox
