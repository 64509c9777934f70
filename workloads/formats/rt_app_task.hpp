#pragma once

#include "workloads/formats/loose_json.hpp"
#include "workloads/formats/rt_app_context.hpp"

namespace signalbox {

// One task of the "tasks" object: its settings, and either phases, or events that are its only phase, or a native
// program.
Task read_rt_app_task(const LooseMember& member, RtAppContext& context);

}  // namespace signalbox
