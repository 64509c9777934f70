#include "kernel/fs/disk_space.hpp"

namespace signalbox {

std::uint64_t DiskSpace::take(std::uint64_t wanted) {
  if (free_.erase(wanted) > 0) return wanted;
  if (wanted == end_ || free_.empty()) return end_++;
  const std::uint64_t lowest = *free_.begin();
  free_.erase(free_.begin());
  return lowest;
}

}  // namespace signalbox
