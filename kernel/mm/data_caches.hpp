#pragma once

#include <cstdint>

#include "kernel/mm/associative_array.hpp"

namespace signalbox {

inline constexpr std::uint64_t cache_line_bytes = 64;

// The sizes of one CPU's caches. By default Intel Skylake's: 32 KiB and 256 KiB, and 8 MiB for the last level.
struct DataCacheGeometry {
  CacheGeometry l1{64, 8};
  CacheGeometry l2{1024, 4};
  CacheGeometry llc{8192, 16};
};

// How many lines were looked for, and in how many levels in vain: a level's misses are what the next one was asked.
struct DataCacheCounters {
  std::uint64_t lines = 0;
  std::uint64_t l1_misses = 0;
  std::uint64_t l2_misses = 0;
  std::uint64_t llc_misses = 0;

  DataCacheCounters& operator+=(const DataCacheCounters& other);
  bool operator==(const DataCacheCounters&) const = default;
};

// One CPU's caches of emulated RAM, by physical address: which lines are there, not what is in them. Each level has
// exact least-recently-used replacement and keeps what it has whatever the others drop. CPUs share no level, and a
// write on one takes no line from another.
class DataCaches {
 public:
  explicit DataCaches(const DataCacheGeometry& geometry);

  // An access to [at, at + bytes), line by line.
  void touch(PhysAddr at, std::uint64_t bytes);
  const DataCacheCounters& counters() const { return counters_; }

 private:
  struct Present {};
  using Level = AssociativeArray<Present>;

  void touch_line(LookupKey line);
  static bool hits(Level& level, LookupKey line);

  Level l1_;
  Level l2_;
  Level llc_;
  DataCacheCounters counters_;
};

}  // namespace signalbox
