#pragma once

#include "workloads/formats/loose_json.hpp"
#include "workloads/formats/rt_app_context.hpp"

namespace signalbox {

// The "global" object: the duration, the machine and the default policy; all else of it is checked and noted, as it
// steers what is not emulated (log files, calibration, page locking).
void read_rt_app_global(const LooseMember& global, RtAppContext& context);

// The "resources" object. rt-app makes resources as events name them, and so do we; only a semaphore's first value has
// an effect: {"slots": {"type": "semaphore", "value": 4}}.
void read_rt_app_resources(const LooseMember& resources, RtAppContext& context);

}  // namespace signalbox
