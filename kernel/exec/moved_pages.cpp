#include "kernel/exec/moved_pages.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <new>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

// Both keep a mapping, so that nobody else is given the addresses between two moves.
bool move(std::byte* from, std::byte* to, std::size_t bytes) {
  constexpr int both_stay = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
  return mremap(from, bytes, bytes, both_stay, to) != MAP_FAILED;
}

}  // namespace

// As far from a multiple of a huge page as they are: the host then moves whole tables of 512 pages.
MovedPages::MovedPages(std::span<std::byte> pages) : pages_(pages) {
  const std::size_t head = reinterpret_cast<std::uintptr_t>(pages.data()) % Mapping::huge_page;
  try {
    room_ = Mapping(head + pages.size(), Mapping::huge_page);
  } catch (const std::bad_alloc&) {  // they stay
  }
}

bool MovedPages::take() const { return room_.bytes() != 0 && move(pages_.data(), place(), pages_.size()); }

void MovedPages::give_back() const {
  CHECK(move(place(), pages_.data(), pages_.size()), "the host moves pages back that it has moved");
}

}  // namespace signalbox
