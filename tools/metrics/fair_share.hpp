#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/base/time.hpp"

namespace signalbox {

// How much CPU time each thread would have received from an ideally fair machine: at every instant the runnable
// threads share the CPUs in proportion to their weights, none more than one CPU, and what a capped thread leaves
// goes to the others (weighted max-min; on one CPU: generalized processor sharing, Parekh and Gallager 1993).
//
// Threads of one weight are a group and accrue at one rate, so an event costs O(distinct weights), commonly O(1).
// A thread's own total is kept by its owner: `join` and `leave` take it by reference.
class FairShare {
 public:
  using Group = std::uint16_t;

  // Call before the first join.
  void start(unsigned cpus) { cpus_ = cpus; }

  // So many CPUs are there from now on.
  void set_cpus(unsigned cpus, Instant now) {
    advance(now);
    cpus_ = cpus;
    is_stale_ = true;
  }

  // The group of threads of this weight, new if need be.
  Group group_of(std::uint32_t weight);

  // The thread became runnable.
  void join(Group group, Instant now, double& entitled) {
    advance(now);
    ++groups_[group].runnable;
    entitled -= groups_[group].accrued;
    is_stale_ = true;
  }
  // The thread is no longer runnable; `entitled` is now what fairness owed it so far, in ns.
  void leave(Group group, Instant now, double& entitled) {
    advance(now);
    --groups_[group].runnable;
    entitled += groups_[group].accrued;
    is_stale_ = true;
  }

 private:
  struct WeightGroup {
    std::uint32_t weight = 0;
    std::uint32_t runnable = 0;
    double rate = 0;     // CPUs for each of its threads
    double accrued = 0;  // ns owed since the start to a thread that was runnable throughout
  };

  void advance(Instant now) {
    if (now == last_) return;
    const auto passed = static_cast<double>((now - last_).nanoseconds());
    last_ = now;
    if (groups_.size() != 1) return accrue(passed);
    // The usual case, with nearly every fact: all weights are equal.
    WeightGroup& all = groups_.front();
    if (all.runnable != 0) all.accrued += passed * std::min(cpus_ / static_cast<double>(all.runnable), 1.0);
  }
  void accrue(double passed);
  void set_rates();

  double cpus_ = 1;
  bool is_stale_ = true;
  Instant last_;
  std::vector<WeightGroup> groups_;
  std::vector<Group> by_weight_;  // heaviest first
};

// J = (sum x)^2 / (n * sum x^2): 1 when all are equal, 1/n when one has everything. Jain, Chiu and Hawe, "A
// Quantitative Measure of Fairness and Discrimination for Resource Allocation in Shared Computer Systems",
// DEC-TR-301, 1984. 1 for no values.
double jain_index(std::span<const double> values);

}  // namespace signalbox
