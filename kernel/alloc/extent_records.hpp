#pragma once

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

}  // namespace signalbox::alloc
