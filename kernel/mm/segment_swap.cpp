#include "kernel/mm/segment_swap.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

SegmentSwap::SegmentSwap(std::uint64_t bytes, Fit fit, Scattered scattered)
    : size_(bytes), scattered_(scattered), memory_(bytes, fit) {}

std::optional<SegmentSwap::Created> SegmentSwap::create(std::uint64_t bytes) {
  if (bytes > size_) return std::nullopt;
  Created created{.segment = SegmentId(created_++), .transfers = {}};
  const std::uint64_t address = make_room(bytes, created.transfers);
  segments_[created.segment] = {.bytes = bytes, .address = address, .is_changed = true, .last_use = ++uses_};
  return created;
}

std::vector<SegmentTransfer> SegmentSwap::use(SegmentId id, Use use) {
  std::vector<SegmentTransfer> transfers;
  Segment& segment = segments_.at(id);
  if (!segment.address) {
    segment.address = make_room(segment.bytes, transfers);
    segment.is_changed = false;
    transfers.push_back(
        {.kind = SegmentTransfer::Kind::in, .segment = id, .to = *segment.address, .bytes = segment.bytes});
    ++counters_.swapped_in;
    counters_.bytes_transferred += segment.bytes;
  }
  if (use == Use::write) segment.is_changed = true;
  segment.last_use = ++uses_;
  return transfers;
}

void SegmentSwap::remove(SegmentId id) {
  const auto segment = segments_.find(id);
  CHECK(segment != segments_.end(), "a segment is removed once");
  if (segment->second.address) memory_.release(*segment->second.address);
  segments_.erase(segment);
}

std::uint64_t SegmentSwap::make_room(std::uint64_t bytes, std::vector<SegmentTransfer>& transfers) {
  while (true) {
    if (const std::optional<std::uint64_t> address = memory_.allocate(bytes)) return *address;
    if (scattered_ == Scattered::compact && memory_.free_bytes() >= bytes) {
      compact(transfers);
    } else {
      swap_out_oldest(transfers);
    }
  }
}

// Downwards, in the order of addresses, so that no move overwrites what is still to be moved.
void SegmentSwap::compact(std::vector<SegmentTransfer>& transfers) {
  std::map<std::uint64_t, SegmentId> by_address;
  for (const auto& [id, segment] : segments_) {
    if (segment.address) by_address.emplace(*segment.address, id);
  }
  ++counters_.compactions;
  for (const SegmentMemory::Move& move : memory_.compact()) {
    const SegmentId id = by_address.at(move.from);
    segments_.at(id).address = move.to;
    transfers.push_back(
        {.kind = SegmentTransfer::Kind::move, .segment = id, .from = move.from, .to = move.to, .bytes = move.bytes});
    counters_.bytes_moved += move.bytes;
  }
}

void SegmentSwap::swap_out_oldest(std::vector<SegmentTransfer>& transfers) {
  auto oldest = segments_.end();
  for (auto each = segments_.begin(); each != segments_.end(); ++each) {
    if (!each->second.address) continue;
    if (oldest == segments_.end() || each->second.last_use < oldest->second.last_use) oldest = each;
  }
  CHECK(oldest != segments_.end(), "memory without segments is one hole");
  Segment& segment = oldest->second;
  const bool is_written = segment.is_changed;
  transfers.push_back({.kind = is_written ? SegmentTransfer::Kind::out : SegmentTransfer::Kind::drop,
                       .segment = oldest->first,
                       .from = *segment.address,
                       .bytes = segment.bytes});
  memory_.release(*segment.address);
  segment.address.reset();
  segment.is_changed = false;
  ++(is_written ? counters_.swapped_out : counters_.dropped);
  if (is_written) counters_.bytes_transferred += segment.bytes;
}

}  // namespace signalbox
