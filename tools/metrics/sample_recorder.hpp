#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/base/time.hpp"
#include "tools/metrics/distribution.hpp"
#include "tools/metrics/log_histogram.hpp"

namespace signalbox {

// Collects samples without bound in fixed memory: the first 4,096 as they are, then all of them in a LogHistogram.
class SampleRecorder {
 public:
  static constexpr std::size_t exact_limit = 4'096;

  SampleRecorder() { samples_.reserve(exact_limit); }

  // A sample below zero counts as zero.
  void add(Duration sample) {
    const std::int64_t value = std::max<std::int64_t>(sample.nanoseconds(), 0);
    sum_ += value;
    max_ = std::max(max_, value);
    if (histogram_) {
      histogram_->add(static_cast<std::uint64_t>(value));
    } else {
      add_exact(value);
    }
  }

  Distribution distribution() const;

 private:
  void add_exact(std::int64_t value);

  WideSum sum_ = 0;
  std::int64_t max_ = 0;
  std::unique_ptr<LogHistogram> histogram_;
  std::vector<std::int64_t> samples_;
};

}  // namespace signalbox
