#pragma once

#include <cstdint>

#include "kernel/mm/frame.hpp"

namespace signalbox {

// What /proc/PID/pagemap says of one page.
struct PagemapPage {
  enum class Place : std::uint8_t { nowhere, frame, swap };

  Place place = Place::nowhere;
  FrameNumber frame = {};          // if it is in a frame
  std::uint8_t swap_area = 0;      // if it is in swap; below 32
  std::uint64_t swap_slot = 0;     // below 2^50
  bool is_soft_dirty = false;      // written since /proc/PID/clear_refs was
  bool is_exclusive = false;       // only this space maps it
  bool is_file_or_shared = false;  // of a file, or shared anonymous memory

  // The word of 8 bytes (Linux 6.1, Documentation/admin-guide/mm/pagemap.rst).
  std::uint64_t bits() const;
  static PagemapPage of(std::uint64_t bits);
  bool operator==(const PagemapPage&) const = default;
};

}  // namespace signalbox
