#pragma once

#include <cstdint>

namespace signalbox {

// How many free frames a zone wants, by the formulas of Linux 6.1 (mm/page_alloc.c). Below `low` background reclaim
// starts, it ends above `high`; below `min` whoever allocates reclaims by itself.
struct Watermarks {
  std::uint32_t min = 0;
  std::uint32_t low = 0;
  std::uint32_t high = 0;

  bool operator==(const Watermarks&) const = default;
};

enum class WatermarkLevel : std::uint8_t { min, low, high };

constexpr std::uint32_t level_of(const Watermarks& marks, WatermarkLevel level) {
  if (level == WatermarkLevel::min) return marks.min;
  return level == WatermarkLevel::low ? marks.low : marks.high;
}

// vm.min_free_kbytes by default: 4 sqrt(KiB of memory that the kernel reaches directly), between 128 and 262144.
std::uint32_t default_min_free_kib(std::uint64_t lowmem_frames);

// A zone's part of it by size. `lowmem_frames` is the sum over all zones that are not high memory.
Watermarks watermarks_of(std::uint32_t zone_frames, std::uint64_t lowmem_frames, std::uint32_t min_free_kib);
// High memory keeps only a little: a 1024th, 32 to 128 frames.
Watermarks highmem_watermarks_of(std::uint32_t zone_frames);

}  // namespace signalbox
