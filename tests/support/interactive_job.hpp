#pragma once

#include <algorithm>

#include "tests/support/policy_table.hpp"

namespace signalbox {

// A job that computes for 2 ms and then waits for 48, for ever, beside four that compute for ever, on one CPU.
class InteractiveJob {
 public:
  explicit InteractiveJob(std::string_view policy) : driver_(policy, {}) {
    for (int i = 0; i < 4; ++i) driver_.add(hog(fmt::format("hog{}", i)));
    DriverJob job{.name = "interactive", .arrival = {}, .steps = {}};
    for (int i = 0; i < 10'000; ++i) job.steps.push_back({2_ms, wait});
    index_ = driver_.add(job);
  }

  // The longest that it was ready to run and did not, of the bursts that began within.
  Duration longest_wait(Instant from, Instant until) {
    driver_.run(until);
    Duration longest;
    const DriverTask& task = driver_.task(index_);
    Instant ready;
    for (const PolicyDriver::Slice& slice : driver_.slices()) {
      if (slice.task != &task) continue;
      if (slice.from >= from) longest = std::max(longest, slice.from - ready);
      ready = slice.to + wait;
    }
    return longest;
  }
  const Entity& entity() const { return driver_.task(index_).entity; }

 private:
  static constexpr Duration wait = 48_ms;

  PolicyDriver driver_;
  std::size_t index_ = 0;
};

}  // namespace signalbox
