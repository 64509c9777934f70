#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/mm/segment_memory.hpp"

namespace signalbox {

// How a segment finds its place: by one of four fits, or as a block of a buddy system.
struct PlacementRule {
  std::string_view name;
  std::optional<Fit> fit;  // nothing: buddy
};
std::span<const PlacementRule> placement_rules();

// Memory with holes in it, and segments that want in, in that order; all in one unit.
struct PlacementRequest {
  std::vector<std::uint64_t> holes;
  std::vector<std::uint64_t> segments;
  std::uint64_t between = 100;  // how large the segments are that lie between two holes already
};

// Where one segment went.
struct PlacedSegment {
  std::uint64_t size = 0;
  std::optional<std::uint64_t> address = {};  // nothing: it waits
  std::size_t hole = 0;                       // the number of the hole it went to, from 0
  std::uint64_t hole_had = 0;                 // how large that piece of it was then
  std::uint64_t block = 0;                    // what it was given: more than its size in a buddy system
};

struct PlacementResult {
  const PlacementRule* rule;
  std::vector<PlacedSegment> segments;
  std::vector<std::uint64_t> holes;  // what is left of them, in ascending order of addresses
  std::uint64_t inside = 0;          // given and not asked for: internal fragmentation
  // Of the fits only: compaction afterwards. To swap out and in instead transfers each byte twice.
  std::uint64_t moved = 0;
  std::vector<std::uint64_t> placed_then = {};  // those that waited, and fit in after it

  std::uint64_t free() const;
  std::uint64_t largest() const;
  // External: the share of what is free that is not in the largest hole.
  double fragmentation() const;
};

// The most that a buddy system is asked for at once: its largest block.
std::uint64_t largest_buddy_block();
inline constexpr std::uint64_t most_buddy_memory = std::uint64_t{1} << 24U;

// Requires sizes of at least 1.
PlacementResult place(const PlacementRequest& request, const PlacementRule& rule);

// Who went where, by rule; who waits; fragmentation; what compaction takes. Lines of at most 100 columns.
std::string placement_text(const PlacementRequest& request, std::span<const PlacementResult> results);
// As JSON: what `memory segments --json` writes of placement.
std::string placement_json(const PlacementRequest& request, std::span<const PlacementResult> results);

}  // namespace signalbox
