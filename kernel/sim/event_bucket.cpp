#include "kernel/sim/event_bucket.hpp"

#include <algorithm>

namespace signalbox {

// Slabs grow with the pool up to 2 MiB: few allocations for millions of events, little waste for hundreds.
void EventChunkPool::add_slab() {
  const std::size_t count = std::clamp<std::size_t>(chunks_ / 2, 32, 4096);
  slabs_.push_back(std::make_unique_for_overwrite<EventChunk[]>(count));
  EventChunk* const slab = slabs_.back().get();
  for (std::size_t k = count; k > 0; --k) give_back(&slab[k - 1]);
  chunks_ += count;
}

}  // namespace signalbox
