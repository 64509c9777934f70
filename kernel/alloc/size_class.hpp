#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <numeric>

namespace signalbox::alloc {

// Pages of the allocator are the host's and the emulated machine's smallest.
inline constexpr unsigned lg_page = 12;
inline constexpr std::uint64_t page_size = std::uint64_t{1} << lg_page;

// Which size a block has: jemalloc's classes since 4.0 for a quantum of 16 bytes on 64 bits. 8; 16, 32, 48, 64; then
// four to every doubling, so that rounding up wastes at most a fifth. (jemalloc's include/jemalloc/internal/sc.h
// describes them; here they follow from a formula.)
using ClassIndex = std::uint8_t;

inline constexpr unsigned class_count = 232;
inline constexpr unsigned small_class_count = 36;  // 8 bytes to 14 KiB: those that share slabs
inline constexpr std::uint64_t largest_size = std::uint64_t{7} << 60U;
inline constexpr ClassIndex no_class = 255;

// Bytes of a block of class `index` < class_count.
constexpr std::uint64_t class_bytes(unsigned index) {
  if (index == 0) return 8;
  const unsigned group = (index - 1) / 4;
  const std::uint64_t step = (index - 1) % 4 + 1;
  return group == 0 ? 16 * step : (std::uint64_t{64} + 16 * step) << (group - 1);
}

// The smallest class that holds `bytes`, at most largest_size; zero bytes are the smallest block.
constexpr ClassIndex class_by_formula(std::uint64_t bytes) {
  if (bytes <= 8) return 0;
  const unsigned x = static_cast<unsigned>(std::bit_width(2 * bytes - 1)) - 1;
  const unsigned shift = x > 6 ? x - 6 : 0;
  const unsigned lg_delta = x < 7 ? 4 : x - 3;
  return static_cast<ClassIndex>(1 + 4 * shift + (((bytes - 1) >> lg_delta) & 3U));
}

// The same by a table of 513 bytes for what is asked for most; no class is below `smallest`.
inline constexpr std::uint64_t looked_up_size = 4096;
template <ClassIndex smallest>
inline constexpr auto class_table = [] {
  std::array<ClassIndex, looked_up_size / 8 + 1> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = std::max(smallest, class_by_formula(8 * i));
  return table;
}();
template <ClassIndex smallest = 0>
constexpr ClassIndex class_of(std::uint64_t bytes) {
  return bytes <= looked_up_size ? class_table<smallest>[(bytes + 7) / 8] : class_by_formula(bytes);
}

inline constexpr std::uint64_t small_max = class_bytes(small_class_count - 1);
inline constexpr std::uint64_t large_min = class_bytes(small_class_count);

// A slab: the fewest pages that regions of one small class fill to the last byte.
struct SlabShape {
  std::uint32_t bytes;       // of a region
  std::uint32_t reciprocal;  // offset * reciprocal >> 32 is the region's index, for offsets of region starts
  std::uint16_t regions;
  std::uint16_t pages;
};

inline constexpr auto slab_shapes = [] {
  std::array<SlabShape, small_class_count> shapes{};
  for (unsigned i = 0; i < small_class_count; ++i) {
    const std::uint64_t bytes = class_bytes(i);
    const std::uint64_t pages = std::lcm(bytes, page_size) / page_size;
    shapes[i] = {.bytes = static_cast<std::uint32_t>(bytes),
                 .reciprocal = static_cast<std::uint32_t>(((std::uint64_t{1} << 32U) + bytes - 1) / bytes),
                 .regions = static_cast<std::uint16_t>(pages * page_size / bytes),
                 .pages = static_cast<std::uint16_t>(pages)};
  }
  return shapes;
}();
inline constexpr unsigned most_slab_pages = 7;

// The class of a block of `bytes` whose address is a multiple of `alignment`, a power of two up to a page: the regions
// of a class begin at multiples of its size. Answers no_class if only whole pages are aligned so.
constexpr ClassIndex aligned_small_class(std::uint64_t alignment, std::uint64_t bytes) {
  if (alignment > page_size || bytes > small_max) return no_class;
  const std::uint64_t rounded = (std::max<std::uint64_t>(bytes, 1) + alignment - 1) & ~(alignment - 1);
  return rounded > small_max ? no_class : class_of(rounded);
}

// Numbers of pages fall into classes by the same formula; free extents are kept by them.
inline constexpr std::uint64_t most_pages = std::uint64_t{1} << 35U;  // 128 TiB
constexpr unsigned page_class_above(std::uint64_t pages) { return class_by_formula(16 * pages) - 1U; }
constexpr std::uint64_t page_class_pages(unsigned index) { return class_bytes(index + 1) / 16; }
// The largest class that `pages` >= 1 fill.
constexpr unsigned page_class_below(std::uint64_t pages) {
  const unsigned above = page_class_above(pages);
  return page_class_pages(above) == pages ? above : above - 1;
}
inline constexpr unsigned page_class_count = page_class_above(most_pages) + 1;

}  // namespace signalbox::alloc
