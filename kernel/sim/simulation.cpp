#include "kernel/sim/simulation.hpp"

#include <utility>

namespace signalbox {
namespace {

// In events from now (switching.md, section 1: about 8).
constexpr std::pair<Lookahead, std::size_t> prefetch_distances[] = {
    {Lookahead::far, 30}, {Lookahead::middle, 18}, {Lookahead::near, 8}};

}  // namespace

Simulation::Simulation(std::uint64_t seed, bool shuffle_ties)
    : random_(seed), choice_(shuffle_ties ? Choice::shuffled(random_) : Choice::natural()) {}

void Simulation::prefetch() const {
  for (const auto& [lookahead, distance] : prefetch_distances) {
    if (const Event* event = queue_.peek(distance)) event->handler->prefetch(event->payload, lookahead);
  }
}

}  // namespace signalbox
