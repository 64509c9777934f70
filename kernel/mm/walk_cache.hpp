#pragma once

#include <array>
#include <vector>

#include "kernel/mm/associative_array.hpp"
#include "kernel/mm/page_walk.hpp"

namespace signalbox {

// How many entries of upper levels a CPU remembers, each level fully associative: first those that lead to the lowest
// tables (Intel's PDE cache), then the level above, and so on; from a 0 on there are none. By default ChampSim's (its
// PSCL2 to PSCL4).
using WalkCacheGeometry = std::array<unsigned, most_levels - 1>;
inline constexpr WalkCacheGeometry default_walk_cache{32, 8, 4};
inline constexpr WalkCacheGeometry no_walk_cache{};

// One CPU's paging-structure caches (Intel SDM volume 3, 4.10.3): where upper levels lead, so that a walk begins
// further down. Entries are tagged by address space; any INVLPG drops all of the loaded one, as the SDM says.
class WalkCache {
 public:
  explicit WalkCache(const WalkCacheGeometry& geometry);

  // Where the walk of `at` begins: the deepest table that is known, or the root.
  WalkStart start(const PageFormat& format, PhysAddr root, VirtAddr at, Asid asid);
  // Remembers the tables a walk passed through. Requires that it began at start()'s answer, with the rights of `from`.
  void learn(const PageFormat& format, const WalkStart& from, const Walk& walk, VirtAddr at, Asid asid);

  void forget_all(Asid asid);

 private:
  // The cache for entries of that level; null if there is none.
  AssociativeArray<WalkStart>* of_level(const PageFormat& format, unsigned level);

  std::vector<AssociativeArray<WalkStart>> caches_;  // by distance from the lowest tables
};

}  // namespace signalbox
