#include "kernel/mm/physical_memory.hpp"

#include <algorithm>

namespace signalbox {

PhysicalMemory::PhysicalMemory(std::span<std::byte> arena, std::span<const ZoneKind> kinds)
    : arena_(arena), frames_(arena.size() / page_bytes), zones_(make_zones(kinds, frames_)) {
  CHECK(arena.size() % page_bytes == 0, "RAM has whole frames");
}

// Inline: it is a part of every fault that needs a frame.
inline std::optional<FrameNumber> PhysicalMemory::serve(const FrameRequest& request) {
  std::size_t zone = std::min<std::size_t>(request.highest_zone, zones_.size() - 1) + 1;
  while (zone-- > 0) {
    if (!zones_[zone].may_serve(request)) continue;
    const std::optional<FrameNumber> head = zones_[zone].buddy().allocate(request.order);
    if (allowed_ != never) --allowed_;
    CHECK(head, "a zone that may serve a request has a block for it");
    Frame& record = frames_[head->value()];
    record.references = 1;
    record.use = request.use;
    used_[static_cast<std::size_t>(request.use)] += std::uint32_t{1} << request.order;
    return head;
  }
  return std::nullopt;
}

std::optional<FrameNumber> PhysicalMemory::allocate(const FrameRequest& request) {
  ++asked_;
  const std::optional<FrameNumber> head = is_refused_for_a_test() ? std::nullopt : serve(request);
  if (!head && request.watermark == WatermarkLevel::min) ++refused_;
  return head;
}

bool PhysicalMemory::is_refused_for_a_test() {
  if (allowed_ == 0) return true;
  if (refusals_ == 0) return false;
  if (next_refusal_ > 1) {
    --next_refusal_;
    return false;
  }
  --refusals_;
  return true;
}

void PhysicalMemory::put(FrameNumber head) {
  Frame& record = frames_[head.value()];
  CHECK(record.state == Frame::State::used && record.references > 0, "a holder lets go once");
  if (--record.references != 0) return;
  used_[static_cast<std::size_t>(record.use)] -= std::uint32_t{1} << record.order;
  zones_[record.zone].buddy().give_back(head);
}

void PhysicalMemory::split(FrameNumber head) {
  const Frame single = [&] {
    Frame record = frames_[head.value()];
    CHECK(record.state == Frame::State::used && record.references == 1, "a block is split by who holds it alone");
    record.order = 0;
    return record;
  }();
  const std::uint32_t end = head.value() + (std::uint32_t{1} << frames_[head.value()].order);
  for (std::uint32_t frame = head.value(); frame < end; ++frame) frames_[frame] = single;
}

std::uint32_t PhysicalMemory::free_frames() const {
  std::uint32_t sum = 0;
  for (const Zone& zone : zones_) sum += zone.buddy().free_frames();
  return sum;
}

void PhysicalMemory::clear(FrameNumber head, unsigned order) {
  const std::span<std::byte> block = bytes(head, order);
  std::memset(block.data(), 0, block.size());
}

}  // namespace signalbox
