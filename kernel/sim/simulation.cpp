#include "kernel/sim/simulation.hpp"

namespace signalbox {

Simulation::Simulation(std::uint64_t seed, bool shuffle_ties)
    : random_(seed), choice_(shuffle_ties ? Choice::shuffled(random_) : Choice::natural()) {}

void Simulation::schedule(Instant when, EventHandler& handler, std::uint64_t payload) {
  CHECK(when >= now_, "an event lies in the future");
  // Shuffled ties: a random number above the running one, so that only events of one instant change places.
  constexpr unsigned running_bits = 40;
  const std::uint64_t tie = choice_.choose(ChoicePoint::event_order, std::uint64_t{1} << (64 - running_bits));
  queue_.push({when, (tie << running_bits) | next_order_++, &handler, payload});
}

void Simulation::step() {
  if (const Event* soon = queue_.peek(prefetch_distance)) soon->handler->prefetch(soon->payload);
  const Event event = queue_.pop();
  now_ = event.when;
  event.handler->on_event(event.payload);
}

}  // namespace signalbox
