#pragma once

#include <cstdint>

#include "kernel/mm/frame.hpp"

namespace signalbox {

// A page on its way between a frame and a block device. Whoever starts it hands it to the device, and tells the memory
// when it is done; until then the frame is busy and stays where it is.
struct BlockRequest {
  enum class Direction : std::uint8_t { read, write };
  enum class Device : std::uint8_t { swap, file };

  Direction direction = Direction::read;
  Device device = Device::swap;
  std::uint64_t block = 0;  // in pages from the device's beginning: neighbours are read without a seek
  FrameNumber frame = {};

  bool operator==(const BlockRequest&) const = default;
};

}  // namespace signalbox
