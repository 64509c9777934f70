#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include "kernel/alloc/ground.hpp"

namespace signalbox::alloc {

// An arena's records of extents: those of extents that are gone serve again. Its user has a lock.
template <class P>
class ExtentRecords {
 public:
  // Sees to it that the next `count` calls of take() have one. false: out of metadata.
  bool prepare(Ground<P>& ground, unsigned count) {
    while (count_ < count) {
      const std::uint32_t made = ground.metadata.allocate(sizeof(Extent<P>));
      if (made == 0) return false;
      give_back(ground, ExtentId(made));
    }
    return true;
  }

  // Requires one to be prepared. Links are cleared; the rest is whatever the last extent left.
  ExtentId take(Ground<P>& ground) {
    const ExtentId id = free_;
    Extent<P>& extent = ground.extent(id);
    free_ = extent.newer;
    extent.newer = ExtentId();
    --count_;
    return id;
  }

  void give_back(Ground<P>& ground, ExtentId id) {
    ground.extent(id).newer = free_;
    free_ = id;
    ++count_;
  }

 private:
  ExtentId free_;
  unsigned count_ = 0;
};

// The same of slabs' slacks, by size: 64, 128, 256 or 512 bytes.
template <class P>
class SlackRecords {
 public:
  // Sees to it that take() has one. false: out of metadata.
  bool prepare(Ground<P>& ground, ClassIndex size_class) {
    std::uint32_t& first = free_[list_of(size_class)];
    if (first == 0) first = ground.metadata.allocate(std::uint64_t{least} << list_of(size_class));
    return first != 0;
  }

  std::uint32_t take(Ground<P>& ground, ClassIndex size_class) {
    std::uint32_t& first = free_[list_of(size_class)];
    return std::exchange(first, next(ground, first));
  }

  void give_back(Ground<P>& ground, ClassIndex size_class, std::uint32_t slacks) {
    std::uint32_t& first = free_[list_of(size_class)];
    next(ground, slacks) = std::exchange(first, slacks);
  }

 private:
  static constexpr unsigned least = 64;
  static unsigned list_of(ClassIndex size_class) {
    return static_cast<unsigned>(std::bit_width((slack_bytes(size_class) - 1) / least));
  }
  static std::uint32_t& next(Ground<P>& ground, std::uint32_t slacks) {
    return *static_cast<std::uint32_t*>(ground.metadata.at(slacks));
  }

  std::array<std::uint32_t, 4> free_;  // the first of each size; it begins with the name of the next
};

}  // namespace signalbox::alloc
