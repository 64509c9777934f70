#include "kernel/mm/watermarks.hpp"

#include <algorithm>

#include "kernel/mm/frame.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t kib_per_frame = page_bytes / 1024;
constexpr std::uint32_t scale_factor = 10;  // vm.watermark_scale_factor, of 10,000

constexpr std::uint64_t integer_square_root(std::uint64_t n) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1) {
    if ((root | bit) * (root | bit) <= n) root |= bit;
  }
  return root;
}

Watermarks spaced(std::uint32_t min, std::uint32_t zone_frames) {
  const auto by_size = static_cast<std::uint32_t>(std::uint64_t{zone_frames} * scale_factor / 10'000);
  const std::uint32_t gap = std::max(min / 4, by_size);
  return {.min = min, .low = min + gap, .high = min + 2 * gap};
}

}  // namespace

std::uint32_t default_min_free_kib(std::uint64_t lowmem_frames) {
  const std::uint64_t root = integer_square_root(lowmem_frames * kib_per_frame * 16);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(root, 128, 262'144));
}

Watermarks watermarks_of(std::uint32_t zone_frames, std::uint64_t lowmem_frames, std::uint32_t min_free_kib) {
  const std::uint64_t min_frames = min_free_kib / kib_per_frame;
  return spaced(static_cast<std::uint32_t>(min_frames * zone_frames / lowmem_frames), zone_frames);
}

Watermarks highmem_watermarks_of(std::uint32_t zone_frames) {
  return spaced(std::clamp<std::uint32_t>(zone_frames / 1024, 32, 128), zone_frames);
}

}  // namespace signalbox
