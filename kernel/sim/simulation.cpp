#include "kernel/sim/simulation.hpp"

#include <utility>

namespace signalbox {
namespace {

// What fewer events than this touch stays in the host's caches by itself.
constexpr std::size_t prefetch_threshold = 1'024;
// In events from now (switching.md, section 1: about 8).
constexpr std::pair<Lookahead, std::size_t> prefetch_distances[] = {
    {Lookahead::far, 30}, {Lookahead::middle, 18}, {Lookahead::near, 8}};

}  // namespace

Simulation::Simulation(std::uint64_t seed, bool shuffle_ties)
    : random_(seed), choice_(shuffle_ties ? Choice::shuffled(random_) : Choice::natural()) {}

void Simulation::schedule(Instant when, EventHandler& handler, std::uint64_t payload) {
  CHECK(when >= now_, "an event lies in the future");
  // Shuffled ties: a random number above the running one, so that only events of one instant change places.
  constexpr unsigned running_bits = 40;
  const std::uint64_t tie = choice_.choose(ChoicePoint::event_order, std::uint64_t{1} << (64 - running_bits));
  queue_.push({when, (tie << running_bits) | next_order_++, &handler, payload});
}

inline void Simulation::prefetch() const {
  for (const auto& [lookahead, distance] : prefetch_distances) {
    if (const Event* event = queue_.peek(distance)) event->handler->prefetch(event->payload, lookahead);
  }
}

void Simulation::step() {
  if (queue_.size() >= prefetch_threshold) prefetch();
  const Event event = queue_.pop();
  now_ = event.when;
  event.handler->on_event(event.payload);
}

}  // namespace signalbox
