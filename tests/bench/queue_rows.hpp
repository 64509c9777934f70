#pragma once

namespace signalbox {

// The hold model of event queues (Vaucher, Duval 1975): `pending` events, each step takes the next and queues one that
// is exponentially later. Host nanoseconds a step.
double queue_hold_cost(unsigned pending);

}  // namespace signalbox
