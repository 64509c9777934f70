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
  VruntimeSum(std::int64_t vruntime, std::uint32_t weight) : weighted_(WideSum{vruntime} * weight), load_(weight) {}

  VruntimeSum operator+(const VruntimeSum& other) const {
    return made_of(weighted_ + other.weighted_, load_ + other.load_);
  }
  void add(std::int64_t vruntime, std::uint32_t weight) {
    weighted_ += WideSum{vruntime} * weight;
    load_ += weight;
  }
  void remove(std::int64_t vruntime, std::uint32_t weight) {
    weighted_ -= WideSum{vruntime} * weight;
    load_ -= weight;
  }
  // One of this weight has run on.
  void advance(std::int64_t virtual_span, std::uint32_t weight) { weighted_ += WideSum{virtual_span} * weight; }

  std::int64_t load() const { return load_; }
  // All or nothing of it, without a branch to mispredict.
  VruntimeSum only_if(bool condition) const {
    const std::int64_t mask = -std::int64_t{condition};
    return made_of(weighted_ & mask, load_ & mask);
  }

  // At or below the average, without division (fair.c, vruntime_eligible).
  bool reaches(std::int64_t vruntime) const { return weighted_ >= WideSum{vruntime} * load_; }
  // Rounded down. Requires a load.
  std::int64_t average() const {
    // The division of what fits into a register, which is the rule, is several times faster.
    const auto narrow = static_cast<std::int64_t>(weighted_);
    if (narrow == weighted_) return narrow / load_ - (narrow % load_ < 0 ? 1 : 0);
    return static_cast<std::int64_t>(weighted_ / load_ - (weighted_ % load_ < 0 ? 1 : 0));
  }

 private:
  static VruntimeSum made_of(WideSum weighted, std::int64_t load) {
    VruntimeSum sum;
    sum.weighted_ = weighted;
    sum.load_ = load;
    return sum;
  }

  WideSum weighted_ = 0;
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

  void start_waiting(std::int64_t vruntime, std::uint32_t weight) { waiting_.add(vruntime, weight); }
  void stop_waiting(std::int64_t vruntime, std::uint32_t weight) { waiting_.remove(vruntime, weight); }
  // `since` is when it was picked or last accounted.
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
    running_.advance(virtual_span, weight);
    running_since_ += static_cast<std::uint64_t>(passed.nanoseconds());
  }

  bool nobody_competes() const { return waiting_.load() + running_.load() == 0; }
  bool nobody_runs() const { return running_count_ == 0; }
  VruntimeSum everybody() const { return waiting_ + running_; }
  // Whether one of this weight that runs counts.
  bool counts(std::uint32_t weight) const {
    return cpu_count_ == 1 || waiting_.load() == 0 ||
           std::int64_t{weight} * cpu_count_ <= waiting_.load() + running_.load();
  }

  // Weights differ, and somebody's may be too great.
  bool must_be_searched() const { return weights_differ_ && !counts(heaviest_); }
  // Whose average counts, as far as accounted; `leaving` is in any case. Requires !must_be_searched().
  [[gnu::always_inline]] VruntimeSum sum(const VruntimeSum& leaving) const {
    const bool running_count = all_that_run_count();
    return waiting_ + running_.only_if(running_count) + leaving.only_if(!running_count);
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
  bool all_that_run_count() const {
    const bool nobody_waits = waiting_.load() == 0;
    const bool has_few = bar_ > waiting_.load() + running_.load();
    return nobody_waits | !has_few;
  }

  unsigned cpu_count_;
  bool weights_differ_;
  std::uint32_t heaviest_ = 0;                  // no weight was greater
  std::uint32_t lightest_ = ~std::uint32_t{0};  // no weight was less
  std::int64_t bar_ = 0;                        // with less load than this the heaviest does not count
  VruntimeSum waiting_;
  VruntimeSum running_;
  std::uint64_t running_count_ = 0;
  std::uint64_t running_since_ = 0;  // when those were picked or last accounted, added up; wraps around
};

}  // namespace signalbox
