#include "kernel/mm/segment_memory.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

bool reaches_beyond(const SegmentMemory::Ranges::value_type& hole, std::uint64_t address) {
  return hole.first + hole.second > address;
}

}  // namespace

SegmentMemory::SegmentMemory(std::uint64_t bytes, Fit fit) : bytes_(bytes), fit_(fit) {
  if (bytes > 0) holes_[0] = bytes;
}

std::optional<std::uint64_t> SegmentMemory::allocate(std::uint64_t bytes) {
  CHECK(bytes > 0, "a segment has a size");
  const auto hole = hole_for(bytes);
  if (hole == holes_.end()) return std::nullopt;
  const auto [address, size] = *hole;
  holes_.erase(hole);
  if (size > bytes) holes_[address + bytes] = size - bytes;
  segments_[address] = bytes;
  next_ = address + bytes;
  return address;
}

void SegmentMemory::release(std::uint64_t address) {
  const auto segment = segments_.find(address);
  CHECK(segment != segments_.end(), "a segment is released once, by its address");
  auto hole = holes_.emplace(*segment).first;
  segments_.erase(segment);
  if (const auto above = std::next(hole); above != holes_.end() && address + hole->second == above->first) {
    hole->second += above->second;
    holes_.erase(above);
  }
  if (hole == holes_.begin()) return;
  const auto below = std::prev(hole);
  if (below->first + below->second != hole->first) return;
  below->second += hole->second;
  holes_.erase(hole);
}

std::vector<SegmentMemory::Move> SegmentMemory::compact() {
  std::vector<Move> moves;
  Ranges packed;
  std::uint64_t end = 0;
  for (const auto& [address, bytes] : segments_) {
    if (address != end) moves.push_back({.from = address, .to = end, .bytes = bytes});
    packed.emplace_hint(packed.end(), end, bytes);
    end += bytes;
  }
  segments_ = std::move(packed);
  holes_.clear();
  if (end < bytes_) holes_[end] = bytes_ - end;
  next_ = end;
  return moves;
}

std::uint64_t SegmentMemory::free_bytes() const {
  return std::accumulate(holes_.begin(), holes_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& hole) { return sum + hole.second; });
}

std::uint64_t SegmentMemory::largest_hole() const {
  std::uint64_t largest = 0;
  for (const auto& [address, bytes] : holes_) largest = std::max(largest, bytes);
  return largest;
}

std::uint32_t SegmentMemory::unusable_free(std::uint64_t request) const {
  const std::uint64_t free = free_bytes();
  if (free == 0) return 0;
  std::uint64_t unusable = 0;
  for (const auto& [address, bytes] : holes_) unusable += bytes < request ? bytes : 0;
  return static_cast<std::uint32_t>(unusable * 1000 / free);
}

SegmentMemory::Ranges::iterator SegmentMemory::hole_for(std::uint64_t bytes) {
  switch (fit_) {
    case Fit::first:
      return first_from(holes_.begin(), bytes);
    case Fit::next: {
      auto from = holes_.upper_bound(next_);
      // What was released may have joined the hole behind the last segment: that is where the search goes on.
      if (from != holes_.begin() && reaches_beyond(*std::prev(from), next_)) --from;
      const auto hole = first_from(from, bytes);
      return hole != holes_.end() ? hole : first_from(holes_.begin(), bytes);
    }
    case Fit::best:
    case Fit::worst:
      break;
  }
  auto chosen = holes_.end();
  for (auto hole = holes_.begin(); hole != holes_.end(); ++hole) {
    if (hole->second < bytes) continue;
    const bool is_better =
        chosen == holes_.end() || (fit_ == Fit::best ? hole->second < chosen->second : hole->second > chosen->second);
    if (is_better) chosen = hole;
  }
  return chosen;
}

SegmentMemory::Ranges::iterator SegmentMemory::first_from(Ranges::iterator from, std::uint64_t bytes) {
  return std::find_if(from, holes_.end(), [bytes](const auto& hole) { return hole.second >= bytes; });
}

}  // namespace signalbox
