#pragma once

#include <algorithm>
#include <string>

#include "kernel/sched/entity.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// What the parts of the rt-app grammar share while one file is read.
struct RtAppContext {
  Scenario scenario;
  SchedClass default_class = SchedClass::other;

  // Once a note, however often the file gives reason for it.
  void note(const std::string& text) {
    if (std::ranges::find(scenario.notes, text) == scenario.notes.end()) scenario.notes.push_back(text);
  }
};

}  // namespace signalbox
