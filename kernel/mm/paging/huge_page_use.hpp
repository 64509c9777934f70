#pragma once

#include <cstdint>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/mm/frame.hpp"

namespace signalbox {

// When faults may map 2 MiB at once (/sys/kernel/mm/transparent_hugepage/enabled).
enum class HugePagePolicy : std::uint8_t {
  never,
  madvise,  // in mappings for which madv_hugepage asked
  always,   // in all but those for which madv_nohugepage did
};

// Which blocks of RAM are huge pages, and by how many entries of 2 MiB each is mapped (compound_mapcount). A block is a
// huge page while there is one: with the last, its frames are pages of their own. Each frame has a record and counts
// its mappings, whether entries of 2 MiB or of 4 KiB.
class HugePageUse {
 public:
  explicit HugePageUse(std::uint32_t frames) : mappings_(frames / huge_page_frames) {}

  bool contains(FrameNumber frame) const { return mappings(frame) > 0; }
  // Of the block that has this frame.
  std::uint32_t mappings(FrameNumber frame) const {
    const std::size_t block = frame.value() / huge_page_frames;
    return block < mappings_.size() ? mappings_[block] : 0;
  }
  void mapped(FrameNumber head) {
    if (mappings_[head.value() / huge_page_frames]++ == 0) ++pages_;
  }
  // True: that was the last.
  bool unmapped(FrameNumber head) {
    CHECK(contains(head), "only what is mapped is unmapped");
    if (--mappings_[head.value() / huge_page_frames] != 0) return false;
    --pages_;
    return true;
  }
  // How many there are.
  std::uint32_t pages() const { return pages_; }

 private:
  std::vector<std::uint32_t> mappings_;
  std::uint32_t pages_ = 0;
};

}  // namespace signalbox
