#include "kernel/exec/huge_arena.hpp"

#include <algorithm>

namespace signalbox {
namespace {

// A machine of a few threads should not pay for clearing a huge page, so the first chunk has plain ones.
constexpr std::size_t first_chunk_bytes = std::size_t{256} * 1024;
constexpr std::size_t largest_chunk_bytes = std::size_t{64} * 1024 * 1024;

}  // namespace

void HugeArena::grow() {
  const bool is_first = chunks_.empty();
  const std::size_t bytes =
      is_first ? first_chunk_bytes : std::clamp(bytes_mapped_, Mapping::huge_page, largest_chunk_bytes);
  const std::size_t whole_pages = is_first ? bytes : bytes / Mapping::huge_page * Mapping::huge_page;
  Mapping& chunk = chunks_.emplace_back(whole_pages, is_first ? Mapping::page : Mapping::huge_page);
  if (!is_first && pages_ == Pages::huge) chunk.prefer_huge_pages();
  bytes_mapped_ += chunk.bytes();
  next_ = chunk.begin() + headroom_;
  left_ = chunk.bytes() - headroom_;
}

}  // namespace signalbox
