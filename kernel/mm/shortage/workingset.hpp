#pragma once

#include <cstdint>

#include "kernel/mm/shortage/page_lists.hpp"
#include "kernel/mm/shortage/reclaim_counters.hpp"

namespace signalbox {

// Whether swap has a free slot: without one, anonymous pages stay where they are and do not compete.
enum class SwapRoom : std::uint8_t { none, some };

// What reclaim remembers of pages that lost their frame: how far away they are from having kept it
// (mm/workingset.c). And what it costs to reclaim pages of each kind (lru_note_cost, mm/swap.c).
class Workingset {
 public:
  // Evictions and activations so far, in pages.
  std::uint64_t age() const { return age_; }
  // Pages were activated: all who are gone are so much further away.
  void aged(std::uint32_t pages = 1) { age_ += pages; }
  // Of a page that loses its frame now.
  EvictionShadow evicted(bool was_workingset) { return {.age = age_++, .was_workingset = was_workingset}; }

  struct Refault {
    bool is_activated = false;    // it would have stayed, had it competed with the active pages
    bool was_workingset = false;  // it did, and lost: its kind costs
  };
  // A page that left this shadow is back; it is on no list yet.
  Refault refaulted(const EvictionShadow& shadow, PageKind kind, const PageLists& lists, SwapRoom room);

  // Pages that had to be written, or came back, because this kind was reclaimed. Old costs fade with the size of the
  // lists.
  void note_cost(PageKind kind, std::uint64_t pages, const PageLists& lists);
  std::uint64_t cost(PageKind kind) const { return costs_[static_cast<std::size_t>(kind)]; }

 private:
  std::uint64_t age_ = 0;
  ReclaimCounters::ByKind costs_{};
};

}  // namespace signalbox
