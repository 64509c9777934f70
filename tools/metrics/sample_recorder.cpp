#include "tools/metrics/sample_recorder.hpp"

namespace signalbox {

void SampleRecorder::add_exact(std::int64_t value) {
  if (samples_.size() < exact_limit) {
    samples_.push_back(value);
    return;
  }
  histogram_ = std::make_unique<LogHistogram>();
  for (const std::int64_t sample : samples_) histogram_->add(static_cast<std::uint64_t>(sample));
  histogram_->add(static_cast<std::uint64_t>(value));
  samples_ = {};
}

Distribution SampleRecorder::distribution() const {
  if (!histogram_) {
    std::vector<std::int64_t> samples = samples_;
    return distribution_of(samples);
  }
  // A bucket's middle may lie above the greatest sample, which is known exactly.
  const auto read = [&](unsigned percent) {
    return std::min(static_cast<std::int64_t>(histogram_->percentile(percent)), max_);
  };
  return {.count = histogram_->count(),
          .mean = mean_of(sum_, histogram_->count()),
          .p50 = read(50),
          .p95 = read(95),
          .p99 = read(99),
          .max = max_,
          .exact = false};
}

}  // namespace signalbox
