// How many frames each space may have, where their numbers are fixed.
#include <algorithm>

#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {
namespace {

// An instruction may need as many pages at once (a move across the border of two pages).
constexpr std::uint64_t least_frames = 2;

// What is not the kernel's: without page tables, and what is kept free.
std::uint64_t frames_to_allot(const PhysicalMemory& frames) {
  std::uint64_t kept = frames.used_frames(FrameUse::page_table);
  for (const Zone& zone : frames.zones()) kept += zone.watermarks.high;
  return frames.frames() - std::min<std::uint64_t>(frames.frames(), kept);
}

}  // namespace

std::optional<std::uint32_t> MainMemory::allowance(AddressSpaceId id) const {
  if (!has_fixed_allocation()) return std::nullopt;
  const auto asked = spaces_.find(id);
  if (asked == spaces_.end()) return std::nullopt;
  return allowance_of(*asked->second);
}

// Whoever has a limit of its own (RLIMIT_RSS) may have that.
std::uint32_t MainMemory::allowance_of(const UserSpace& space) const {
  const std::uint64_t all = frames_to_allot(frames_);
  const bool is_equal = config_.shortage.replacement.allocation == FrameAllocation::equal;
  std::uint64_t share = is_equal
                            ? all / spaces_.size()
                            : all * space.map().counters().total / std::max<std::uint64_t>(commits_.mapped_pages(), 1);
  if (space.map().limits.resident != MemoryLimits::none) share = pages_of(space.map().limits.resident);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(share, least_frames, frames_.frames()));
}

bool MainMemory::is_at_allowance(const UserSpace& space, std::uint32_t spare) {
  return shortage_.frames_of(space.id()) >= allowance_of(space) + spare;
}

}  // namespace signalbox
