#pragma once

#include <string>
#include <vector>

#include "workloads/synthetic/registry.hpp"

namespace signalbox {

inline Scenario generated(const std::string& text, std::uint64_t seed = 1) {
  return generate(parse_generator(text), seed);
}

// What a task computes in all, each phase gone through as often as it says. Requires phases that end.
inline Duration work_of(const Task& task) {
  Duration work;
  for (const Phase& phase : task.phases) {
    for (const ScriptEvent& event : phase.events) {
      if (const auto* const run = std::get_if<RunEvent>(&event.action)) work += run->duration * phase.loop;
    }
  }
  return work;
}
inline std::vector<Duration> works_of(const Scenario& scenario) {
  std::vector<Duration> works;
  for (const Task& task : scenario.tasks) works.push_back(work_of(task));
  return works;
}
inline double mean_seconds(const std::vector<Duration>& times) {
  Duration sum;
  for (const Duration time : times) sum += time;
  return sum.seconds() / static_cast<double>(times.size());
}

}  // namespace signalbox
