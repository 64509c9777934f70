#pragma once

#include <cstdint>

#include "kernel/base/time.hpp"

namespace signalbox {

// Linux's per-entity load tracking, for utilisation: the share of its time for which an entity ran, averaged with
// weights that halve every 32 ms (kernel/sched/pelt.c). Time counts in units of 1024 ns, periods in 1024 of them.
class PeltAverage {
 public:
  static constexpr std::uint32_t full = 1024;  // always running, on a CPU of full capacity

  // Starts anew at `value`, 0 to full.
  void start(Instant now, std::uint32_t value);
  // Until `now` it did not run; requires now >= the instant of the last call.
  void idle_until(Instant now) { advance(now, 0); }
  // Until `now` it ran, on a CPU of this capacity.
  void ran_until(Instant now, std::uint32_t capacity) { advance(now, capacity); }

  // The last call, to the microsecond.
  Instant updated() const { return updated_; }
  // As of then, 0 to full.
  std::uint32_t value() const { return average_; }

 private:
  void advance(Instant now, std::uint32_t contribution);

  Instant updated_;
  std::uint32_t sum_ = 0;  // times full
  std::uint16_t average_ = 0;
  std::uint16_t into_period_ = 0;  // how much of the current period has passed
};

}  // namespace signalbox
