#include "tests/bench/queue_rows.hpp"

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "kernel/sim/event_queue.hpp"
#include "tests/bench/host.hpp"

namespace signalbox {
namespace {

// Drawn beforehand: the row measures the queue.
std::vector<Duration> exponential_delays(unsigned pending) {
  std::vector<Duration> delays(1U << 16U);
  std::mt19937_64 random(1);
  std::exponential_distribution<double> later(1.0 / (1'000.0 * pending));
  for (Duration& delay : delays) delay = Duration(static_cast<std::int64_t>(std::ceil(later(random))));
  return delays;
}

}  // namespace

double queue_hold_cost(unsigned pending) {
  constexpr unsigned steps = 3'000'000;
  const std::vector<Duration> delays = exponential_delays(pending);
  EventQueue queue;
  std::uint64_t order = 0;
  const auto queue_one = [&](Instant now) {
    queue.push({.when = now + delays[order % delays.size()], .order = order});
    ++order;
  };
  for (unsigned k = 0; k < pending; ++k) queue_one(Instant());
  for (unsigned k = 0; k < 2 * pending; ++k) queue_one(queue.pop().when);
  const double begun = cpu_time();
  for (unsigned k = 0; k < steps; ++k) queue_one(queue.pop().when);
  return (cpu_time() - begun) / steps;
}

}  // namespace signalbox
