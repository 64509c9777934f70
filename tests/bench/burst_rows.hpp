#pragma once

#include "tests/bench/bench_machine.hpp"

namespace signalbox {

// Threads that compute about 1 us and sleep in turn, on CPUs, 4 unless said, that are busy 80 % of the time.
class Bursts {
 public:
  static constexpr unsigned cpus = 4;
  static constexpr Duration mean_work = 1_us;

  explicit Bursts(unsigned threads, unsigned on_cpus = cpus) : threads_(threads), cpus_(on_cpus) {}

  // What each thread does; for ever, or `turns` times.
  void run(Caller& caller, unsigned index, unsigned turns = ~0U);
  // The mean time from a burst of a thread to its next, which makes the load.
  Duration cycle() const { return mean_work * threads_ * 10 / (8 * cpus_); }
  std::uint64_t done() const { return done_; }

 private:
  unsigned threads_;
  unsigned cpus_;
  std::uint64_t done_ = 0;
};

// Host nanoseconds of a burst: two resumes, a timer, the run queue, a completion.
double burst_cost(unsigned threads);
// The same under another policy; and with CPUs that share caches in part (bench_topology).
double burst_cost_under(std::string_view policy, unsigned threads);
double burst_cost_of_domains(std::string_view policy, unsigned threads, unsigned cpus);

}  // namespace signalbox
