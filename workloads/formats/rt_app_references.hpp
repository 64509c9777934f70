#pragma once

#include "workloads/formats/rt_app_context.hpp"

namespace signalbox {

// What can only be said when all tasks are read: that a forked task exists, that a barrier has parties, that a timer
// which one event makes absolute is absolute for all, and which signals nobody waits for.
void resolve_rt_app_references(RtAppContext& context);

}  // namespace signalbox
