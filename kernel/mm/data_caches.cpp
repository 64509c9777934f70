#include "kernel/mm/data_caches.hpp"

namespace signalbox {

DataCacheCounters& DataCacheCounters::operator+=(const DataCacheCounters& other) {
  lines += other.lines;
  l1_misses += other.l1_misses;
  l2_misses += other.l2_misses;
  llc_misses += other.llc_misses;
  return *this;
}

DataCaches::DataCaches(const DataCacheGeometry& geometry) : l1_(geometry.l1), l2_(geometry.l2), llc_(geometry.llc) {}

void DataCaches::touch(PhysAddr at, std::uint64_t bytes) {
  const std::uint64_t last = (at.value() + bytes - 1) / cache_line_bytes;
  for (std::uint64_t line = at.value() / cache_line_bytes; line <= last; ++line) touch_line(LookupKey(line));
}

void DataCaches::touch_line(LookupKey line) {
  ++counters_.lines;
  if (hits(l1_, line)) return;
  ++counters_.l1_misses;
  if (hits(l2_, line)) return;
  ++counters_.l2_misses;
  if (hits(llc_, line)) return;
  ++counters_.llc_misses;
}

// Whether the line is there; afterwards it is.
bool DataCaches::hits(Level& level, LookupKey line) {
  if (level.touch(line) != nullptr) return true;
  level.insert(line, {});
  return false;
}

}  // namespace signalbox
