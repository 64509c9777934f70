#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

// The numbers of glibc 2.36's malloc on x86-64: mallopt(3), and the comments and macros of malloc/malloc.c.
namespace signalbox::alloc::pt {

inline constexpr std::uint64_t header_bytes = 16;  // prev_size and size; the former is lent to the block before
inline constexpr std::uint64_t word_bytes = 8;
inline constexpr std::uint64_t least_chunk = 32;
inline constexpr std::uint64_t most_request = std::uint64_t{1} << 63U;  // PTRDIFF_MAX and more are refused

// In a chunk's size.
inline constexpr std::uint64_t previous_in_use = 1;
inline constexpr std::uint64_t is_mapped = 2;
inline constexpr std::uint64_t not_main = 4;
inline constexpr std::uint64_t flags = 7;

// What the chunk for a request takes (request2size).
constexpr std::uint64_t chunk_bytes(std::uint64_t request) {
  return std::max(least_chunk, (request + word_bytes + 15) & ~std::uint64_t{15});
}

inline constexpr unsigned tcache_bins = 64;  // chunks of 32 to 1,040 bytes
inline constexpr unsigned tcache_count = 7;
inline constexpr std::uint64_t tcache_bytes = tcache_bins * (sizeof(std::uint16_t) + word_bytes);
constexpr std::uint64_t tcache_index(std::uint64_t chunk) { return (chunk - least_chunk + 15) / 16; }

inline constexpr unsigned fast_bins = 10;
inline constexpr std::uint64_t fast_max = 128;  // chunks up to this
constexpr std::uint64_t fast_index(std::uint64_t chunk) { return (chunk >> 4U) - 2; }

// Bin 1 is the unsorted one, 2 to 63 are of one size each, 64 to 126 of ever wider ranges.
inline constexpr unsigned bin_count = 128;
inline constexpr std::uint64_t large_chunk = 1024;
inline constexpr unsigned map_words = 4;
constexpr bool is_small(std::uint64_t chunk) { return chunk < large_chunk; }
constexpr unsigned bin_of(std::uint64_t chunk) {
  if (is_small(chunk)) return static_cast<unsigned>(chunk >> 4U);
  if ((chunk >> 6U) <= 48) return 48 + static_cast<unsigned>(chunk >> 6U);
  if ((chunk >> 9U) <= 20) return 91 + static_cast<unsigned>(chunk >> 9U);
  if ((chunk >> 12U) <= 10) return 110 + static_cast<unsigned>(chunk >> 12U);
  if ((chunk >> 15U) <= 4) return 119 + static_cast<unsigned>(chunk >> 15U);
  if ((chunk >> 18U) <= 2) return 124 + static_cast<unsigned>(chunk >> 18U);
  return 126;
}

inline constexpr std::uint64_t consolidate_from = 65'536;  // a free of this merges the fast bins
inline constexpr unsigned most_sorted = 10'000;            // chunks sorted into bins in one malloc
inline constexpr std::uint64_t threshold = 128 << 10U;
inline constexpr std::uint64_t most_threshold = 32 << 20U;
inline constexpr std::uint64_t least_map_for_break = 1 << 20U;  // where the break cannot grow
inline constexpr std::uint64_t heap_max = 2 * most_threshold;   // of an arena that is not the main one
inline constexpr std::uint64_t heap_min = 32 << 10U;
inline constexpr std::uint64_t heap_header = 48;     // heap_info
inline constexpr std::uint64_t arena_bytes = 2'200;  // malloc_state
inline constexpr unsigned arenas_per_cpu = 8;

}  // namespace signalbox::alloc::pt
