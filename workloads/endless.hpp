#pragma once

#include "workloads/scenario.hpp"

namespace signalbox {

// The first task that starts by itself, repeats for ever and has no event that ends it: without a limit, nothing but a
// deadlock ends a run of the scenario. Null if there is none.
const Task* endless_task(const Scenario& scenario);

}  // namespace signalbox
