#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace signalbox {

// Counts values in buckets whose width grows with the value, as HdrHistogram does (hdrhistogram.org): 64 buckets
// for each power of two. A value read back is off by at most 1/128 (0.8 %), below 128 it is exact; 30 KiB whatever
// is recorded.
class LogHistogram {
 public:
  void add(std::uint64_t value) {
    ++counts_[index_of(value)];
    ++count_;
  }

  std::uint64_t count() const { return count_; }
  // The nearest-rank percentile: the least recorded value that is not below `percent` % of all. Needs count() > 0.
  std::uint64_t percentile(unsigned percent) const;

 private:
  static constexpr unsigned sub_bits = 6;
  static constexpr std::size_t bucket_count = (64 - sub_bits + 1) << sub_bits;

  static std::size_t index_of(std::uint64_t value) {
    const auto width = static_cast<unsigned>(std::bit_width(value | ((1u << sub_bits) - 1)));
    const unsigned shift = width - std::min(width, sub_bits + 1);
    return (std::size_t{shift} << sub_bits) + static_cast<std::size_t>(value >> shift);
  }
  static std::uint64_t middle_of(std::size_t index);

  std::array<std::uint64_t, bucket_count> counts_{};
  std::uint64_t count_ = 0;
};

// The rank, from 1, of the nearest-rank percentile among `count` samples.
constexpr std::uint64_t percentile_rank(std::uint64_t count, unsigned percent) {
  const std::uint64_t rank = count / 100 * percent + (count % 100 * percent + 99) / 100;
  return rank == 0 ? 1 : rank;
}

}  // namespace signalbox
