#include "kernel/mm/paging/cached_pages.hpp"

#include "kernel/mm/paging/main_memory.hpp"

namespace signalbox {

CachedPages& CachedPages::of(PageStore& store, MainMemory& memory) {
  if (store.pages == nullptr) {
    auto made = std::make_unique<CachedPages>(store, memory);
    memory.caches_.push_back(*made);
    store.pages = std::move(made);
  }
  auto& pages = static_cast<CachedPages&>(*store.pages);
  CHECK(&pages.memory_ == &memory, "a store's pages are in one machine's memory");
  return pages;
}

CachedPages::~CachedPages() { memory_.remove_pages(*this, 0, ~std::uint64_t{0}); }

const CachedPages::Place* CachedPages::find(std::uint64_t page) const {
  const auto found = places_.find(page);
  return found == places_.end() ? nullptr : &found->second;
}

std::optional<FrameNumber> CachedPages::frame(std::uint64_t page) const {
  const Place* const place = find(page);
  const FrameNumber* const frame = place == nullptr ? nullptr : std::get_if<FrameNumber>(place);
  return frame == nullptr ? std::nullopt : std::optional(*frame);
}

bool CachedPages::needs_read(std::uint64_t page) const {
  const Place* const place = find(page);
  const bool is_in_memory = place != nullptr && std::holds_alternative<FrameNumber>(*place);
  if (kind() == PageStore::Kind::file) return !is_in_memory && store_.has(page);
  return place != nullptr && std::holds_alternative<SwapSlot>(*place);
}

}  // namespace signalbox
