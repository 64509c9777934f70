#pragma once

#include <string>

#include "workloads/formats/loose_json.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// What an event of the task named `task` does. Requires that the member's key names an event (event_of_key). Throws
// InputError where its value is wrong, or where it needs a part of the machine that is not built yet.
ScriptEvent read_rt_app_event(const LooseMember& member, const std::string& task);

// True where the event computes for a while, sleeps, waits for somebody, or ends the thread.
bool takes_time_or_waits(const ScriptAction& action);

}  // namespace signalbox
