#include "kernel/mm/shortage/swap_area.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "kernel/base/check.hpp"

namespace signalbox {

SwapArea::SwapArea(std::uint32_t slots)
    : clusters_((std::size_t{slots} + cluster_slots - 1) / cluster_slots), slots_(slots) {}

std::optional<SwapSlot> SwapArea::allocate() {
  if (is_refused() || free_slots() == 0) return std::nullopt;
  if (left_in_cluster_-- == 0) begin_cluster();
  const std::uint32_t slot = first_free_from(next_);
  std::unique_ptr<Cluster>& cluster = clusters_[slot / cluster_slots];
  if (!cluster) cluster = std::make_unique<Cluster>();
  (*cluster)[slot % cluster_slots].uses = 1;
  ++used_;
  next_ = slot + 1;
  return SwapSlot(slot);
}

void SwapArea::get(SwapSlot slot) { ++used_slot(slot).uses; }

void SwapArea::put(SwapSlot slot) {
  Slot& record = used_slot(slot);
  if (--record.uses != 0) return;
  if (record.page) --stored_pages_;
  record = {};
  --used_;
}

std::uint32_t SwapArea::uses(SwapSlot slot) const {
  CHECK(slot.value() < slots_, "a swap entry points into swap");
  const std::unique_ptr<Cluster>& cluster = clusters_[slot.value() / cluster_slots];
  return cluster ? (*cluster)[slot.value() % cluster_slots].uses : 0;
}

void SwapArea::write(SwapSlot slot, std::span<const std::byte> page) {
  CHECK(page.size() == page_bytes, "a slot holds a page");
  Slot& record = used_slot(slot);
  const bool is_zero = std::ranges::all_of(page, [](std::byte each) { return each == std::byte{0}; });
  if (record.page) --stored_pages_;
  if (is_zero) {
    record.page.reset();
    return;
  }
  if (!record.page) record.page = std::make_unique<Page>();
  std::memcpy(record.page->data(), page.data(), page.size());
  ++stored_pages_;
}

void SwapArea::read(SwapSlot slot, std::span<std::byte> page) const {
  CHECK(page.size() == page_bytes, "a slot holds a page");
  const Slot& record = used_slot(slot);
  if (record.page) {
    std::memcpy(page.data(), record.page->data(), page.size());
  } else {
    std::memset(page.data(), 0, page.size());
  }
}

void SwapArea::set_shadow(SwapSlot slot, EvictionShadow shadow) { used_slot(slot).shadow = shadow; }

std::optional<EvictionShadow> SwapArea::take_shadow(SwapSlot slot) {
  return std::exchange(used_slot(slot).shadow, std::nullopt);
}

SwapArea::Slot& SwapArea::used_slot(SwapSlot slot) {
  CHECK(uses(slot) > 0, "only a slot in use can be used");
  return (*clusters_[slot.value() / cluster_slots])[slot.value() % cluster_slots];
}

const SwapArea::Slot& SwapArea::used_slot(SwapSlot slot) const {
  CHECK(uses(slot) > 0, "only a slot in use can be used");
  return (*clusters_[slot.value() / cluster_slots])[slot.value() % cluster_slots];
}

bool SwapArea::is_refused() {
  if (refusal_ == 0) return false;
  --refusal_;
  return refusal_ == 0;
}

// The first 256 free slots in a row, wherever they begin: neighbours in time shall be neighbours on the disk. If there
// are none, the first free one.
void SwapArea::begin_cluster() {
  left_in_cluster_ = cluster_slots - 1;
  if (free_slots() < cluster_slots) return;
  std::uint32_t free_in_row = 0;
  for (std::uint32_t slot = 0; slot < slots_; ++slot) {
    free_in_row = uses(SwapSlot(slot)) == 0 ? free_in_row + 1 : 0;
    if (free_in_row < cluster_slots) continue;
    next_ = slot + 1 - cluster_slots;
    return;
  }
  next_ = 0;
}

// From there to the end, then from the beginning. Requires that some slot is free.
std::uint32_t SwapArea::first_free_from(std::uint32_t slot) const {
  if (slot >= slots_) slot = 0;
  while (uses(SwapSlot(slot)) != 0) slot = slot + 1 == slots_ ? 0 : slot + 1;
  return slot;
}

}  // namespace signalbox
