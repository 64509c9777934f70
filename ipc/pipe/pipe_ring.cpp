#include "ipc/pipe/pipe_ring.hpp"

#include <algorithm>
#include <utility>

namespace signalbox {

std::span<std::byte> PipeRing::room_to_merge(std::size_t bytes) {
  if (is_empty()) return {};
  Slot& last = slot(used_ - 1);
  const std::size_t end = std::size_t{last.offset} + last.length;
  if (last.run == Run::packet || end + bytes > page_bytes) return {};
  return std::span(*last.page).subspan(end, bytes);
}

void PipeRing::merged(std::size_t bytes) {
  Slot& last = slot(used_ - 1);
  last.length = static_cast<std::uint16_t>(last.length + bytes);
  bytes_ += bytes;
}

std::span<std::byte, PipeRing::page_bytes> PipeRing::next_page() {
  Slot& next = slot(used_);
  if (next.page == nullptr) {
    auto& kept = spare_[0] != nullptr ? spare_[0] : spare_[1];
    next.page = kept != nullptr ? std::move(kept) : page_source_.own();
  }
  return *next.page;
}

void PipeRing::append(std::size_t bytes, Run run) {
  Slot& next = slot(used_++);
  next.offset = 0;
  next.length = static_cast<std::uint16_t>(bytes);
  next.run = run;
  bytes_ += bytes;
}

std::span<const std::byte> PipeRing::first() const {
  const Slot& oldest = slots_[first_];
  return std::span(*oldest.page).subspan(oldest.offset, oldest.length);
}

void PipeRing::consume(std::size_t bytes) {
  Slot& oldest = slots_[first_];
  oldest.offset = static_cast<std::uint16_t>(oldest.offset + bytes);
  oldest.length = static_cast<std::uint16_t>(oldest.length - bytes);
  bytes_ -= bytes;
  if (oldest.length == 0) drop_first();
}

void PipeRing::drop_first() {
  Slot& oldest = slots_[first_];
  bytes_ -= std::exchange(oldest.length, 0);
  const auto free = std::ranges::find_if(spare_, [](const auto& page) { return page == nullptr; });
  if (free != spare_.end()) *free = std::move(oldest.page);
  oldest.page.reset();
  first_ = (first_ + 1) % pages();
  --used_;
}

Result<void> PipeRing::resize(unsigned pages) {
  if (pages < used_) return Errno::ebusy;
  Slots resized(pages);
  for (unsigned i = 0; i < used_; ++i) resized[i] = std::move(slot(i));
  slots_ = std::move(resized);
  first_ = 0;
  return {};
}

void PipeRing::clear() {
  for (Slot& each : slots_) each = Slot();
  spare_ = {};
  first_ = 0;
  used_ = 0;
  bytes_ = 0;
}

}  // namespace signalbox
