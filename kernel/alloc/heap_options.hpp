#pragma once

#include <cstdint>

#include "kernel/alloc/size_class.hpp"
#include "kernel/base/time.hpp"

namespace signalbox::alloc {

// When free pages are purged: by age (jemalloc since 4.1), or as soon as they are more than a share of those in use
// (3.x).
enum class PurgePolicy : std::uint8_t { decay, ratio };
// Whether addresses are kept when their memory is given back (opt.retain of jemalloc(3)).
enum class Retain : std::uint8_t { no, yes };

// The settings of a heap, named as jemalloc(3) does, with its defaults.
struct HeapOptions {
  PurgePolicy policy = PurgePolicy::decay;
  Duration dirty_decay = Duration(10'000'000'000);  // negative: never; zero: at once
  Duration muzzy_decay = Duration();
  unsigned lg_dirty_mult = 3;  // by ratio: at most active >> 3 dirty pages
  Retain retain = Retain::yes;
  // A free extent larger than the request times 2^6 is split for it only if no other fits, so that large runs stay
  // whole.
  unsigned lg_extent_max_active_fit = 6;
  unsigned narenas = 1;
  std::uint64_t huge_min = std::uint64_t{4} << 20U;        // from here on blocks are mapped each for itself
  std::uint64_t first_growth = std::uint64_t{2} << 20U;    // of an arena; each further one is a size class more
  std::int64_t tcache_gc_bytes = std::int64_t{64} << 10U;  // allocated between two looks at a thread cache

  bool operator==(const HeapOptions&) const = default;
};

}  // namespace signalbox::alloc
