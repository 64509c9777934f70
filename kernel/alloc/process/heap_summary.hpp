#pragma once

#include <cstdint>

#include "kernel/alloc/process/process_pages.hpp"

namespace signalbox::alloc {

// What programs did with heaps, and what these hold now, in bytes, under jemalloc's names: requested <= allocated <=
// active <= resident <= mapped. As in jemalloc(3), `resident` is of active and dirty pages, whether they were touched
// or not; metadata lies outside the process and is not in it. A child of a fork counts from the fork on.
struct HeapSummary {
  std::uint64_t heaps = 0;
  std::uint64_t mallocs = 0;  // realloc counts where it moves a block
  std::uint64_t frees = 0;
  std::uint64_t waits = 0;  // how often a thread found another one inside
  std::uint64_t requested = 0;
  std::uint64_t allocated = 0;
  std::uint64_t active = 0;
  std::uint64_t resident = 0;
  std::uint64_t mapped = 0;
  PageCalls calls = {};

  HeapSummary& operator+=(const HeapSummary& other);
  bool operator==(const HeapSummary&) const = default;
};

inline HeapSummary& HeapSummary::operator+=(const HeapSummary& other) {
  heaps += other.heaps;
  mallocs += other.mallocs;
  frees += other.frees;
  waits += other.waits;
  requested += other.requested;
  allocated += other.allocated;
  active += other.active;
  resident += other.resident;
  mapped += other.mapped;
  calls += other.calls;
  return *this;
}

}  // namespace signalbox::alloc
