#include "workloads/posix/saved_bytes.hpp"

#include <algorithm>
#include <cstring>

namespace signalbox {

void SavedBytes::clear() {
  runs_.clear();
  bytes_.clear();
}

void SavedBytes::add(std::span<const std::byte> run) {
  runs_.push_back({const_cast<std::byte*>(run.data()), run.size()});
  bytes_.insert(bytes_.end(), run.begin(), run.end());
}

void SavedBytes::take_again() {
  std::byte* to = bytes_.data();
  for (const Run& run : runs_) {
    std::memcpy(to, run.at, run.bytes);
    to += run.bytes;
  }
}

void SavedBytes::restore() const {
  const std::byte* from = bytes_.data();
  for (const Run& run : runs_) {
    std::memcpy(run.at, from, run.bytes);
    from += run.bytes;
  }
}

bool SavedBytes::holds(const std::byte* at) const {
  return std::ranges::any_of(runs_, [&](const Run& run) { return at >= run.at && at < run.at + run.bytes; });
}

}  // namespace signalbox
