#pragma once

#include <array>
#include <cstdint>

#include "kernel/base/time.hpp"

namespace signalbox::alloc {

// How many free pages may stay unpurged: each may when it becomes free, none after `length`, and between the two their
// share falls along 6x^5 - 15x^4 + 10x^3 in 200 steps (jemalloc's decay since 4.1, smoothstep.h). Page counts above
// 2^32 are kept as 2^32 - 1.
class Decay {
 public:
  static constexpr unsigned steps = 200;

  // A negative length keeps pages for ever, zero none at all.
  void start(Duration length, Instant now);
  bool is_at_once() const { return interval_ == Duration() && !never_; }
  bool is_never() const { return never_; }

  // Whether the limit changes: a step's time is over.
  bool is_due(Instant now) const { return !never_ && !is_at_once() && now >= next_step_; }
  // Begins the step that `now` lies in, with `free_pages` unpurged, and answers how many of them may stay so.
  std::uint64_t limit_at(Instant now, std::uint64_t free_pages);
  // To be told how many pages the purge that followed has left.
  void purged_to(std::uint64_t free_pages) { unpurged_ = free_pages; }

 private:
  void shift(std::int64_t by);

  Duration interval_;
  Instant next_step_;
  std::uint64_t unpurged_ = 0;                     // after the last step; what is more now is new
  std::array<std::uint32_t, steps> newly_free_{};  // pages that became free in each of the last steps, the oldest first
  bool never_ = true;
};

// 2^24 times the share that may stay after `step` of Decay::steps.
std::uint32_t smoothstep(unsigned step);

}  // namespace signalbox::alloc
