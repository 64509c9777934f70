#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/mm/physical_memory.hpp"

namespace signalbox {

// Emulated RAM of so many frames; one zone unless told.
struct EmulatedRam {
  explicit EmulatedRam(std::uint32_t frames, std::span<const ZoneKind> kinds = single_zone())
      : bytes(frames * page_bytes), memory(bytes, kinds) {}

  std::vector<std::byte> bytes;
  PhysicalMemory memory;
};

// A request that only an empty zone refuses.
inline FrameRequest to_the_last_frame(unsigned order = 0) {
  return {.order = order, .urgency = FrameUrgency::reclaimer};
}

}  // namespace signalbox
