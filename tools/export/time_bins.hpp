#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace signalbox {

// Rows of cells that divide time from zero to whatever comes into at most 1,000 bins of equal length: whenever time
// passes the last bin, ten bins become one. So a row costs the same memory however long the run. A Cell can
// merge(Cell).
template <class Cell>
class TimeBins {
 public:
  static constexpr std::size_t bin_count = 1'000;

  std::size_t add_row() {
    rows_.emplace_back(bin_count);
    return rows_.size() - 1;
  }

  // Calls put(cell, nanoseconds) for each bin that begin .. end touches, with the time within that bin.
  template <class Put>
  void add(std::size_t row, std::int64_t begin, std::int64_t end, Put put) {
    reach(end);
    for (std::int64_t from = begin; from < end;) {
      const std::int64_t bin = from / width_;
      const std::int64_t to = std::min(end, (bin + 1) * width_);
      put(rows_[row][static_cast<std::size_t>(bin)], to - from);
      from = to;
    }
  }

  // Makes the bins cover the time until `end`.
  void reach(std::int64_t end) {
    while (end > width_ * static_cast<std::int64_t>(bin_count)) widen();
  }

  std::int64_t width() const { return width_; }
  // The cell of `count` bins from `first` on.
  Cell sum(std::size_t row, std::size_t first, std::size_t count) const {
    Cell total{};
    const std::size_t last = std::min(first + count, bin_count);
    for (std::size_t bin = first; bin < last; ++bin) total.merge(rows_[row][bin]);
    return total;
  }

 private:
  void widen() {
    width_ *= static_cast<std::int64_t>(factor);
    for (std::vector<Cell>& row : rows_) {
      for (std::size_t bin = 0; bin < bin_count; ++bin) {
        Cell total{};
        for (std::size_t part = bin * factor; part < (bin + 1) * factor && part < bin_count; ++part) {
          total.merge(row[part]);
        }
        row[bin] = total;
      }
    }
  }

  static constexpr std::size_t factor = 10;

  std::int64_t width_ = 1;  // ns of a bin
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace signalbox
