#include "kernel/exec/moved_pages.hpp"

#include <sys/mman.h>

#include <cstdint>

#include "kernel/base/check.hpp"
#include "kernel/exec/mapping.hpp"

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
  const std::size_t bytes = pages.size() + Mapping::huge_page;
  void* const mapped = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return;
  auto* const first = static_cast<std::byte*>(mapped);
  const auto wanted = reinterpret_cast<std::uintptr_t>(pages.data());
  const std::size_t head = (wanted - reinterpret_cast<std::uintptr_t>(first)) % Mapping::huge_page;
  place_ = first + head;
  if (head > 0) munmap(first, head);
  munmap(place_ + pages.size(), Mapping::huge_page - head);
}

MovedPages::~MovedPages() {
  if (place_ != nullptr) munmap(place_, pages_.size());
}

MovedPages& MovedPages::operator=(MovedPages&& other) noexcept {
  std::swap(pages_, other.pages_);
  std::swap(place_, other.place_);
  return *this;
}

bool MovedPages::take() const { return place_ != nullptr && move(pages_.data(), place_, pages_.size()); }

void MovedPages::give_back() const {
  CHECK(move(place_, pages_.data(), pages_.size()), "the host moves pages back that it has moved");
}

}  // namespace signalbox
