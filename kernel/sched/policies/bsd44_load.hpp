#pragma once

#include <cstdint>
#include <vector>

#include "kernel/base/time.hpp"

namespace signalbox {

// A real number as Pintos' reference guide keeps it (appendix B.6): 17.14 fixed point, here of 64 bits, so that nothing
// overflows. Divisions round toward zero, as in C.
class Fixed {
 public:
  static constexpr std::int64_t one = 1 << 14;

  constexpr Fixed() = default;
  static constexpr Fixed of(std::int64_t number) { return Fixed(number * one); }
  static constexpr Fixed ratio(std::int64_t a, std::int64_t b) { return Fixed(a * one / b); }

  constexpr std::int64_t truncated() const { return raw_ / one; }
  // 100 times the number, to the nearest integer: what thread_get_recent_cpu and thread_get_load_avg answer.
  constexpr std::int64_t hundredths() const {
    const std::int64_t scaled = raw_ * 100;
    return (scaled >= 0 ? scaled + one / 2 : scaled - one / 2) / one;
  }

  constexpr auto operator<=>(const Fixed&) const = default;
  friend constexpr Fixed operator+(Fixed a, Fixed b) { return Fixed(a.raw_ + b.raw_); }
  friend constexpr Fixed operator*(Fixed a, Fixed b) { return Fixed(a.raw_ * b.raw_ / one); }
  friend constexpr Fixed operator*(Fixed a, std::int64_t b) { return Fixed(a.raw_ * b); }
  friend constexpr Fixed operator/(Fixed a, Fixed b) { return Fixed(a.raw_ * one / b.raw_); }
  friend constexpr Fixed operator/(Fixed a, std::int64_t b) { return Fixed(a.raw_ / b); }

 private:
  explicit constexpr Fixed(std::int64_t raw) : raw_(raw) {}
  std::int64_t raw_ = 0;
};

inline constexpr int bsd44_priorities = 64;  // PRI_MIN 0 .. PRI_MAX 63, the most

// priority = PRI_MAX - recent_cpu / 4 - nice x 2, truncated and within its range (Pintos, B.2; in 4.4BSD, where a low
// number is the better, p_usrpri = PUSER + p_estcpu / 4 + 2 x p_nice).
int bsd44_priority(Fixed recent_cpu, int nice);

// What a thread of the 4.4BSD scheduler used lately.
struct Bsd44State {
  Fixed recent;              // recent_cpu at the last whole second it took part in, in ticks
  std::int64_t seconds = 0;  // how many seconds that was after the start
  Duration ran;              // since then
  Duration turn;             // since it was picked
  Instant computes;          // while it runs: when its priority is computed again
  int nice = 0;
  int priority = bsd44_priorities - 1;
  bool is_competing = false;  // ready or running
};

// load_avg, once a second, and what it makes of every thread's recent_cpu.
class Bsd44Load {
 public:
  explicit Bsd44Load(Duration tick) : tick_(tick) {}

  // Takes part in every second up to `now`; in all of them `ready` threads ran or waited for a CPU.
  void advance(Instant now, std::int64_t ready);
  Fixed average() const { return average_; }
  std::int64_t seconds() const { return seconds_; }

  // The thread, having slept or waited, at the last second: recent_cpu is decayed once for each, with the load that
  // there was then (schedcpu; for sleepers updatepri does it when they wake, with the load of that moment).
  void catch_up(Bsd44State& state) const;
  // It ran for `ran` until `now`: what it used before a second ended takes part in that second's decay.
  void charge(Bsd44State& state, Duration ran, Instant now) const;
  Fixed recent_cpu(const Bsd44State& state) const;

 private:
  // The factor of the decay in second `second`, from 1: 2 x load_avg / (2 x load_avg + 1).
  Fixed decay(std::int64_t second) const {
    return second <= forgotten_ ? Fixed() : decays_[static_cast<std::size_t>(second - forgotten_ - 1)];
  }
  void end_second(Bsd44State& state) const;

  Duration tick_;
  Fixed average_;
  std::int64_t seconds_ = 0;
  std::int64_t forgotten_ = 0;  // in this second all was forgotten: the factor was 0
  std::vector<Fixed> decays_;   // of the seconds after it
};

}  // namespace signalbox
