#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

// The numbers of gperftools' TCMalloc with pages of 8 KiB (docs/tcmalloc.html, the comments of src/common.h).
namespace signalbox::alloc::tc {

inline constexpr unsigned lg_page = 13;
inline constexpr std::uint64_t page = std::uint64_t{1} << lg_page;
inline constexpr std::uint64_t small_max = 256 << 10U;  // larger blocks are whole pages
inline constexpr std::uint64_t list_pages = 128;        // exact lists up to here; also the least that is asked for

// How many blocks go between a cache and the central list at once: as many as have 64 KiB, 2 to 32.
constexpr unsigned batch_of(std::uint64_t bytes) {
  return static_cast<unsigned>(std::clamp<std::uint64_t>((64 << 10U) / bytes, 2, 32));
}

// Sizes are this far apart, so that rounding wastes an eighth at most.
constexpr std::uint64_t step_of(std::uint64_t bytes) {
  if (bytes >= 128) return std::min(std::bit_floor(bytes) / 8, page);
  return bytes >= 16 ? 16 : 8;
}

struct SizeClass {
  std::uint32_t bytes = 0;
  std::uint16_t pages = 0;  // of a span
};

// A span wastes an eighth at most and has a quarter of a batch at least; sizes of which a span of as many pages holds
// the same number are one class, the larger.
inline constexpr std::size_t most_classes = 96;
struct SizeClasses {
  std::array<SizeClass, most_classes> of{};
  unsigned count = 1;  // class 0 is no class: whole pages
};
inline constexpr SizeClasses classes = [] {
  SizeClasses made;
  for (std::uint64_t bytes = 8; bytes <= small_max; bytes += step_of(bytes)) {
    std::uint64_t span = 0;
    do {
      span += page;
      while (span % bytes > span >> 3U) span += page;
    } while (span / bytes < batch_of(bytes) / 4);
    const SizeClass size{static_cast<std::uint32_t>(bytes), static_cast<std::uint16_t>(span >> lg_page)};
    SizeClass& last = made.of[made.count - 1];
    const bool is_same = made.count > 1 && last.pages == size.pages && span / last.bytes == span / bytes;
    if (is_same) {
      last = size;
    } else {
      made.of[made.count++] = size;
    }
  }
  return made;
}();

// Requests up to 1 KiB by steps of 8 bytes, above by steps of 128.
constexpr std::size_t table_index(std::uint64_t bytes) {
  return bytes <= 1024 ? (bytes + 7) >> 3U : (bytes + 127 + (std::uint64_t{120} << 7U)) >> 7U;
}
inline constexpr auto class_table = [] {
  std::array<std::uint8_t, table_index(small_max) + 1> table{};
  std::size_t next = 0;
  for (unsigned i = 1; i < classes.count; ++i) {
    for (; next <= table_index(classes.of[i].bytes); ++next) table[next] = static_cast<std::uint8_t>(i);
  }
  return table;
}();
// The class for `bytes` <= small_max.
constexpr unsigned class_of(std::uint64_t bytes) { return class_table[table_index(bytes)]; }

}  // namespace signalbox::alloc::tc
