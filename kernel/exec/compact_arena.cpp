#include "kernel/exec/compact_arena.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "kernel/exec/fiber_annotations.hpp"

namespace signalbox {
namespace {

#if defined(__OPTIMIZE__)
constexpr bool frames_are_small = !has_address_sanitizer && !has_thread_sanitizer;
#else
constexpr bool frames_are_small = false;
#endif

// Left free below the lowest stack of a chunk: the report of a failed check prints from the stack that failed
// (glibc's unbuffered stderr takes 8 KiB of it), and must not hit an unmapped page before it has spoken.
constexpr std::size_t reporting_bytes = std::size_t{32} * 1024;

// A machine of a few threads should not pay for clearing a huge page, so the first chunk has plain ones.
constexpr std::size_t first_chunk_bytes = std::size_t{256} * 1024;
constexpr std::size_t largest_chunk_bytes = std::size_t{64} * 1024 * 1024;

}  // namespace

const std::size_t CompactArena::stack_bytes = frames_are_small ? 4160 : 65600;

Stack CompactArena::fresh() {
  if (chunks_.empty() || static_cast<std::size_t>(chunks_.back().end() - next_) < stack_bytes) grow();
  const Stack stack{.low = next_, .size = stack_bytes, .kind = StackKind::compact, .has_canary = true};
  std::memcpy(stack.low, &stack_canary, sizeof stack_canary);
  next_ += stack_bytes;
  return stack;
}

void CompactArena::grow() {
  const bool is_first = chunks_.empty();
  const std::size_t bytes =
      is_first ? first_chunk_bytes : std::clamp(bytes_mapped_, Mapping::huge_page, largest_chunk_bytes);
  const std::size_t whole_pages = is_first ? bytes : bytes / Mapping::huge_page * Mapping::huge_page;
  Mapping& chunk = chunks_.emplace_back(whole_pages, is_first ? Mapping::page : Mapping::huge_page);
  // Advice only: where the host has no huge pages, plain ones do. Large stacks stay on plain pages, for most of each
  // is never touched.
  if (!is_first && frames_are_small) madvise(chunk.begin(), chunk.bytes(), MADV_HUGEPAGE);
  bytes_mapped_ += chunk.bytes();
  next_ = chunk.begin() + reporting_bytes;
}

}  // namespace signalbox
