#pragma once

#include <cstdint>

namespace signalbox {

// What is asked of malloc, and where the block is then, from where the break was first; 2^40 for a mapping.
struct HeapRequest {
  enum class Kind : std::uint32_t { malloc, calloc, aligned, realloc, free };

  Kind kind = Kind::malloc;
  std::uint32_t block = 0;
  std::uint64_t bytes = 0;
  std::uint64_t alignment = 0;
};
struct HeapAnswer {
  std::uint64_t at = 0;
  std::uint64_t end_of_break = 0;

  bool operator==(const HeapAnswer&) const = default;
};
inline constexpr std::uint64_t in_a_mapping = std::uint64_t{1} << 40U;
inline constexpr std::uint32_t most_heap_blocks = 1U << 16U;

}  // namespace signalbox
