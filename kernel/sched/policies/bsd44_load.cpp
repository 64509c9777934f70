#include "kernel/sched/policies/bsd44_load.hpp"

#include <algorithm>

namespace signalbox {
namespace {

constexpr std::int64_t best_priority = bsd44_priorities - 1;

}  // namespace

int bsd44_priority(Fixed recent_cpu, int nice) {
  const Fixed exact = Fixed::of(best_priority) + (recent_cpu / 4) * -1 + Fixed::of(-2 * std::int64_t{nice});
  return static_cast<int>(std::clamp(exact.truncated(), std::int64_t{0}, best_priority));
}

void Bsd44Load::advance(Instant now, std::int64_t ready) {
  for (const std::int64_t until = now.since_start() / 1_s; seconds_ < until; ++seconds_) {
    average_ = Fixed::ratio(59, 60) * average_ + Fixed::ratio(1, 60) * ready;
    const Fixed twice = average_ * 2;
    const Fixed factor = twice / (twice + Fixed::of(1));
    decays_.push_back(factor);
    if (factor > Fixed()) continue;
    decays_.clear();
    forgotten_ = seconds_ + 1;
  }
}

void Bsd44Load::catch_up(Bsd44State& state) const {
  if (state.seconds == seconds_) return;
  end_second(state);
  if (state.seconds < forgotten_) {
    state.recent = Fixed::of(state.nice);
    state.seconds = forgotten_;
  }
  while (state.seconds < seconds_) end_second(state);
}

void Bsd44Load::charge(Bsd44State& state, Duration ran, Instant now) const {
  state.turn += ran;
  Instant from = now - ran;
  while (state.seconds < seconds_) {
    const Instant end = Instant() + 1_s * (state.seconds + 1);
    const Duration before = std::clamp(end - from, Duration(), ran);
    state.ran += before;
    ran -= before;
    from += before;
    end_second(state);
  }
  state.ran += ran;
}

Fixed Bsd44Load::recent_cpu(const Bsd44State& state) const {
  return state.recent + Fixed::ratio(state.ran.nanoseconds(), tick_.nanoseconds());
}

void Bsd44Load::end_second(Bsd44State& state) const {
  ++state.seconds;
  state.recent = decay(state.seconds) * recent_cpu(state) + Fixed::of(state.nice);
  state.ran = {};
}

}  // namespace signalbox
