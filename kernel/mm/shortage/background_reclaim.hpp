#pragma once

#include <optional>

#include "kernel/mm/shortage/list_pass.hpp"
#include "kernel/mm/shortage/policy_reclaim.hpp"

namespace signalbox {

// What kswapd does, as steps: frames are freed until every request leaves the high watermark, by passes over the lists
// that look at more and more of them (balance_pgdat, mm/vmscan.c). After 16 runs that freed nothing it gives up, until
// somebody else frees a page.
class BackgroundReclaim {
 public:
  // `policy` is null for Linux's lists.
  BackgroundReclaim(ReclaimState& state, PolicyReclaim* policy) : state_(state), policy_(policy) {}

  // Some request would be refused at the low watermark: the thread is to be woken (wakeup_kswapd).
  bool is_wanted() const;
  // Some zone is above its high watermark (pgdat_balanced).
  bool is_balanced() const;

  // One round. again, wait or sleep.
  ReclaimStep step();

 private:
  std::uint64_t goal() const;
  void begin_pass(ReclaimStep& step);
  void end_pass(ReclaimStep& step);
  void end_run(ReclaimStep& step);
  ReclaimStep rest();

  ReclaimState& state_;
  PolicyReclaim* policy_;
  std::optional<ListPass> pass_;
  unsigned priority_ = first_priority;
  std::uint64_t reclaimed_ = 0;  // in this run, from priority 12 down
};

}  // namespace signalbox
