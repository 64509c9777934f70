#pragma once

#include <algorithm>
#include <cstdint>

#include "kernel/base/time.hpp"
#include "kernel/sched/nice.hpp"

namespace signalbox {

__extension__ using WideSum = __int128;

// Sums over a set of entities that give their average vruntime.
class VruntimeSum {
 public:
  VruntimeSum() = default;
  VruntimeSum(std::int64_t vruntime, std::uint32_t weight) : VruntimeSum(of(WideSum{vruntime} * weight, weight)) {}

  VruntimeSum operator+(const VruntimeSum& other) const {
    return of(weighted() + other.weighted(), load_ + other.load_);
  }
  VruntimeSum operator-(const VruntimeSum& other) const {
    return of(weighted() - other.weighted(), load_ - other.load_);
  }
  void add(std::int64_t vruntime, std::uint32_t weight) { *this = *this + VruntimeSum(vruntime, weight); }
  void remove(std::int64_t vruntime, std::uint32_t weight) { *this = *this - VruntimeSum(vruntime, weight); }
  // One of this weight has run on.
  void advance(std::int64_t virtual_span, std::uint32_t weight) {
    *this = of(weighted() + WideSum{virtual_span} * weight, load_);
  }

  std::int64_t load() const { return load_; }
  // All or nothing of it, without a branch to mispredict.
  VruntimeSum only_if(bool condition) const {
    const std::int64_t mask = -std::int64_t{condition};
    return of(weighted() & mask, load_ & mask);
  }

  // At or below the average, without division (fair.c, vruntime_eligible).
  bool reaches(std::int64_t vruntime) const { return weighted() >= WideSum{vruntime} * load_; }
  // Rounded down. Requires a load.
  std::int64_t average() const {
    // The division of what fits into a register, which is the rule, is several times faster.
    const auto narrow = static_cast<std::int64_t>(low_);
    if (narrow == weighted()) return narrow / load_ - (narrow % load_ < 0 ? 1 : 0);
    return static_cast<std::int64_t>(weighted() / load_ - (weighted() % load_ < 0 ? 1 : 0));
  }

 private:
  static constexpr unsigned word_bits = 64;

  static VruntimeSum of(WideSum weighted, std::int64_t load) {
    VruntimeSum sum;
    sum.low_ = static_cast<std::uint64_t>(weighted);
    sum.high_ = static_cast<std::int64_t>(weighted >> word_bits);
    sum.load_ = load;
    return sum;
  }
  WideSum weighted() const { return WideSum{high_} << word_bits | low_; }

  // The sum of vruntime x weight, in words: compilers read a number of two words at once, for which the host has to
  // wait until both have been written.
  std::uint64_t low_ = 0;
  std::int64_t high_ = 0;
  std::int64_t load_ = 0;
};

// Those that compete for the CPUs of one queue, and whose average vruntime is Eevdf's V.
//
// With several CPUs, a running entity with more weight than a CPU's share of all of it counts only while nobody waits
// (eevdf.hpp says why). Where all weights are alike, which is the rule, all that run count or none does: their sums
// answer at once. Where weights differ, whoever asks looks at each one that runs.
class EevdfCompetition {
 public:
  explicit EevdfCompetition(unsigned cpu_count) : cpu_count_(cpu_count), weights_differ_(false) {}

  // An entity of this weight may compete from now on.
  void admit(std::uint32_t weight) {
    if (weight <= heaviest_ && weight >= lightest_) return;
    heaviest_ = std::max(heaviest_, weight);
    lightest_ = std::min(lightest_, weight);
    weights_differ_ = cpu_count_ > 1 && heaviest_ != lightest_;
    bar_ = cpu_count_ > 1 ? std::int64_t{heaviest_} * cpu_count_ : 0;
  }

  void start_competing(std::int64_t vruntime, std::uint32_t weight) { everybody_.add(vruntime, weight); }
  void stop_competing(std::int64_t vruntime, std::uint32_t weight) { everybody_.remove(vruntime, weight); }
  // Of those that compete. `since` is when it was picked or last accounted.
  void start_running(std::int64_t vruntime, std::uint32_t weight, Instant since) {
    running_.add(vruntime, weight);
    ++running_count_;
    running_since_ += static_cast<std::uint64_t>(since.nanoseconds());
  }
  void stop_running(std::int64_t vruntime, std::uint32_t weight, Instant since) {
    running_.remove(vruntime, weight);
    --running_count_;
    running_since_ -= static_cast<std::uint64_t>(since.nanoseconds());
  }
  // One that runs is accounted: for `passed`, in which it ran for `virtual_span`.
  void account(std::int64_t virtual_span, std::uint32_t weight, Duration passed) {
    everybody_.advance(virtual_span, weight);
    running_.advance(virtual_span, weight);
    running_since_ += static_cast<std::uint64_t>(passed.nanoseconds());
  }

  bool nobody_competes() const { return everybody_.load() == 0; }
  bool nobody_runs() const { return running_count_ == 0; }
  const VruntimeSum& everybody() const { return everybody_; }
  // Whether one of this weight that runs counts.
  bool counts(std::uint32_t weight) const {
    return cpu_count_ == 1 || nobody_waits() || std::int64_t{weight} * cpu_count_ <= everybody_.load();
  }
  // Whatever their weights.
  bool all_that_run_count() const {
    const bool has_enough = bar_ <= everybody_.load();
    const bool is_undisputed = nobody_waits();
    return is_undisputed | has_enough;
  }

  // Not all that run count, and who does depends on its weight.
  bool must_be_searched() const { return weights_differ_ && !all_that_run_count(); }
  // Whose average counts, as far as accounted; `leaving` is in any case. Requires !must_be_searched().
  [[gnu::always_inline]] VruntimeSum sum() const { return everybody_ - running_.only_if(!all_that_run_count()); }
  [[gnu::always_inline]] VruntimeSum sum(const VruntimeSum& leaving) const {
    return everybody_ - (running_ - leaving).only_if(!all_that_run_count());
  }

  // What all that run have run at `now` is known without looking at each.
  bool knows_unaccounted() const { return cpu_count_ > 1 && heaviest_ == nice_0_weight && lightest_ == nice_0_weight; }
  // What those that count have not been accounted; without `leaving`, of somebody that runs no more. Requires
  // knows_unaccounted(). Virtual time of weight 1024.
  [[gnu::always_inline]] std::int64_t unaccounted(Instant now, Duration leaving) const {
    const std::uint64_t ran = running_count_ * static_cast<std::uint64_t>(now.nanoseconds()) - running_since_;
    return (static_cast<std::int64_t>(ran) - leaving.nanoseconds()) & -std::int64_t{all_that_run_count()};
  }

 private:
  bool nobody_waits() const { return running_.load() == everybody_.load(); }

  unsigned cpu_count_;
  bool weights_differ_;
  std::uint32_t heaviest_ = 0;                  // no weight was greater
  std::uint32_t lightest_ = ~std::uint32_t{0};  // no weight was less
  std::int64_t bar_ = 0;                        // with less load than this the heaviest does not count
  VruntimeSum everybody_;
  VruntimeSum running_;
  std::uint64_t running_count_ = 0;
  std::uint64_t running_since_ = 0;  // when those were picked or last accounted, added up; wraps around
};

}  // namespace signalbox
