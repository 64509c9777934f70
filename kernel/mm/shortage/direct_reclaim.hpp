#pragma once

#include <optional>

#include "kernel/mm/shortage/list_pass.hpp"
#include "kernel/mm/shortage/policy_reclaim.hpp"

namespace signalbox {

class Shortage;

// What a thread does that found no frame, as steps: efforts to free 32 pages, each followed by another try to allocate,
// until one succeeds or nothing is left to be had (try_to_free_pages of mm/vmscan.c, __alloc_pages_slowpath of
// mm/page_alloc.c). Made when an allocation fails, and gone when it succeeds.
class DirectReclaim {
 public:
  // `request` is the one that failed; `asker` the space it is for, where victims are its own (local replacement). The
  // shortage outlives this.
  DirectReclaim(Shortage& shortage, const FrameRequest& request, std::optional<AddressSpaceId> asker = {});

  // One round. again, wait, allocate or out_of_memory; never sleep.
  ReclaimStep step();

 private:
  void begin_effort();
  void scan(ReclaimStep& step);
  void end_pass(ReclaimStep& step);
  void throttle(ReclaimStep& step) const;
  void end_effort(ReclaimStep& step);
  bool waits_for_writes(ReclaimStep& step);
  bool is_worth_retrying() const;

  Shortage& shortage_;
  ReclaimState& state_;
  FrameRequest request_;
  std::optional<AddressSpaceId> asker_;
  std::optional<ListPass> pass_;
  unsigned priority_ = first_priority;
  std::uint64_t reclaimed_ = 0;  // in this effort
  bool is_in_effort_ = false;
  bool skipped_deactivation_ = false;
  bool forces_deactivation_ = false;
  unsigned fruitless_ = 0;  // efforts in a row that freed nothing
};

}  // namespace signalbox
