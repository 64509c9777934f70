#include "tools/metrics/log_histogram.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

std::uint64_t LogHistogram::percentile(unsigned percent) const {
  CHECK(count_ > 0, "an empty histogram has no percentile");
  const std::uint64_t rank = percentile_rank(count_, percent);
  std::uint64_t seen = 0;
  std::size_t index = 0;
  while ((seen += counts_[index]) < rank) ++index;
  return middle_of(index);
}

std::uint64_t LogHistogram::middle_of(std::size_t index) {
  const std::size_t first_doubled = std::size_t{2} << sub_bits;
  if (index < first_doubled) return index;
  const std::size_t shift = (index >> sub_bits) - 1;
  const std::uint64_t low = std::uint64_t{index - (shift << sub_bits)} << shift;
  return low + (std::uint64_t{1} << (shift - 1));
}

}  // namespace signalbox
