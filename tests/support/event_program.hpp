#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <ostream>
#include <set>
#include <vector>

#include "kernel/base/prng.hpp"
#include "kernel/sim/event.hpp"

namespace signalbox {

// How far in the future a phase queues its events.
enum class Spread { same_instant, next_few, clustered, uniform, hours, powers_of_two, never };

// So many pushes and pops, mixed at random.
struct EventPhase {
  std::size_t pushes = 0;
  std::size_t pops = 0;
  Spread spread = Spread::uniform;
  bool shuffles_order = false;
};

inline std::ostream& operator<<(std::ostream& out, const EventPhase& phase) {
  return out << "{" << phase.pushes << " pushes, " << phase.pops << " pops, spread " << static_cast<int>(phase.spread)
             << (phase.shuffles_order ? ", shuffled}" : "}");
}

inline rc::Gen<Spread> arbitrary_spread() {
  using enum Spread;
  return rc::gen::element(same_instant, next_few, clustered, uniform, hours, powers_of_two, never);
}

inline rc::Gen<std::vector<EventPhase>> event_program() {
  const auto count = rc::gen::inRange<std::size_t>(0, 900);
  return rc::gen::container<std::vector<EventPhase>>(rc::gen::build<EventPhase>(
      rc::gen::set(&EventPhase::pushes, count), rc::gen::set(&EventPhase::pops, count),
      rc::gen::set(&EventPhase::spread, arbitrary_spread()), rc::gen::set(&EventPhase::shuffles_order)));
}

// Plays phases against a queue and against std::multiset, and compares whatever can be seen of both.
template <class Queue>
class EventComparison {
 public:
  EventComparison(Queue& queue, std::uint64_t seed) : queue_(queue), prng_(seed) {}

  void play(const std::vector<EventPhase>& program) {
    for (const EventPhase& phase : program) play(phase);
    while (!expected_.empty()) pop();
    RC_ASSERT(queue_.size() == 0U);
  }

 private:
  void play(EventPhase phase) {
    while (phase.pushes + phase.pops > 0) {
      if (prng_.below(phase.pushes + phase.pops) < phase.pushes) {
        --phase.pushes;
        push(phase);
      } else {
        --phase.pops;
        if (!expected_.empty()) pop();
      }
    }
  }

  Duration delay(Spread spread) {
    switch (spread) {
      case Spread::same_instant:
        return Duration(0);
      case Spread::next_few:
        return Duration(static_cast<std::int64_t>(prng_.below(8)));
      case Spread::clustered:
        return Duration(static_cast<std::int64_t>(prng_.below(4) * 1'000'000 + prng_.below(3)));
      case Spread::uniform:
        return Duration(static_cast<std::int64_t>(prng_.below(1'000'000)));
      case Spread::hours:
        return 3'600_s * static_cast<std::int64_t>(prng_.below(100));
      case Spread::powers_of_two:
        return Duration(std::int64_t{1} << prng_.below(63));
      case Spread::never:
        return Duration::max();
    }
    return Duration(0);
  }

  void push(const EventPhase& phase) {
    const std::uint64_t luck = phase.shuffles_order ? prng_.below(1U << 16U) << 32U : 0;
    ++pushed_;
    const Event event{.when = now_ + delay(phase.spread), .order = luck + pushed_, .payload = pushed_};
    queue_.push(event);
    expected_.insert(event);
    compare();
  }

  void pop() {
    const Event event = queue_.pop();
    RC_ASSERT(event.payload == expected_.begin()->payload);
    RC_ASSERT(event.when == expected_.begin()->when);
    now_ = event.when;
    expected_.erase(expected_.begin());
    compare();
  }

  void compare() {
    RC_ASSERT(queue_.size() == expected_.size());
    if constexpr (requires { queue_.front(); }) {
      if (!expected_.empty()) RC_ASSERT(queue_.front().payload == expected_.begin()->payload);
    } else {
      if (!expected_.empty()) RC_ASSERT(queue_.next_instant() == expected_.begin()->when);
      compare_peek(0);
      if (pushed_ % 8 == 0) compare_peek(prng_.below(40));
    }
  }

  void compare_peek(std::size_t k) {
    const Event* const event = queue_.peek(k);
    if (k == 0) RC_ASSERT((event == nullptr) == expected_.empty());
    if (event == nullptr) return;
    RC_ASSERT(k < expected_.size());
    RC_ASSERT(event->payload == std::next(expected_.begin(), static_cast<std::ptrdiff_t>(k))->payload);
  }

  Queue& queue_;
  Prng prng_;
  Instant now_;
  std::uint64_t pushed_ = 0;
  std::multiset<Event> expected_;
};

}  // namespace signalbox
