#pragma once

#include <cstdint>
#include <set>

namespace signalbox {

// Which blocks of the file device are free, in pages. A file's next page goes behind its last one if that is free, so
// that it can be read without a seek; else to the lowest free block.
class DiskSpace {
 public:
  // Below `first` lies what was there before.
  explicit DiskSpace(std::uint64_t first) : end_(first) {}

  std::uint64_t take(std::uint64_t wanted);
  void give_back(std::uint64_t block) { free_.insert(block); }

 private:
  std::set<std::uint64_t> free_;  // below end_
  std::uint64_t end_;             // from here on all are
};

}  // namespace signalbox
