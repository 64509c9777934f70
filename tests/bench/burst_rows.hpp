#pragma once

#include "tests/bench/bench_machine.hpp"

namespace signalbox {

// Threads that compute about 1 us and sleep in turn, on 4 CPUs that are busy 80 % of the time.
class Bursts {
 public:
  static constexpr unsigned cpus = 4;
  static constexpr Duration mean_work = 1_us;

  explicit Bursts(unsigned threads) : threads_(threads) {}

  // What each thread does; for ever, or `turns` times.
  void run(Caller& caller, unsigned index, unsigned turns = ~0U);
  // The mean time from a burst of a thread to its next, which makes the load.
  Duration cycle() const { return mean_work * threads_ * 10 / (8 * cpus); }
  std::uint64_t done() const { return done_; }

 private:
  unsigned threads_;
  std::uint64_t done_ = 0;
};

// Host nanoseconds of a burst: two resumes, a timer, the run queue, a completion.
double burst_cost(unsigned threads);

}  // namespace signalbox
