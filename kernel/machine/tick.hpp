#pragma once

#include "kernel/base/time.hpp"

namespace signalbox {

// The first tick after `at` of a timer that ticks every `interval` from the start of the simulation.
constexpr Instant next_tick(Instant at, Duration interval) { return at + (interval - at.since_start() % interval); }

}  // namespace signalbox
