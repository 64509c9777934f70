#pragma once

#include <memory>
#include <optional>

#include "kernel/mm/shortage/background_reclaim.hpp"
#include "kernel/mm/shortage/memory_clock.hpp"
#include "kernel/mm/shortage/policy_reclaim.hpp"
#include "kernel/mm/shortage/reclaim_state.hpp"
#include "kernel/mm/shortage/write_back.hpp"

namespace signalbox {

struct ShortageConfig {
  unsigned swappiness = 60;               // vm.swappiness, 0 to 200
  PolicyReclaim::Settings replacement{};  // no policy, or the one named linux: Linux's lists
  WriteBackConfig write_back{};
};

// What happens when frames run short. Paging tells it of every page that can be reclaimed; it answers, step by step,
// what to do: background reclaim, direct reclaim (`DirectReclaim`), write-back. Nothing here waits.
class Shortage {
 public:
  // All references outlive this; none is asked anything by the constructor.
  Shortage(const PhysicalMemory& frames, const SwapArea& swap, ReclaimablePages& pages, const MemoryClock& clock,
           const ShortageConfig& config = {});
  ~Shortage();
  Shortage(const Shortage&) = delete;
  Shortage& operator=(const Shortage&) = delete;

  // A page has a frame and can be reclaimed from now on: mapped for the first time, read or about to be read from its
  // device (folio_add_lru). `shadow`: what stayed of it when it lost its frame. A huge page is named by its first
  // frame.
  void added(FrameNumber page, PageKind kind, const std::optional<EvictionShadow>& shadow = {});
  void added_huge(FrameNumber page);
  // Somebody maps it, after nobody did.
  void mapped(FrameNumber page) {
    if (policy_) policy_->mapped(page);
  }
  // How many frames are a space's, by a local policy.
  std::uint32_t frames_of(AddressSpaceId space) { return policy_ ? policy_->frames_of(space) : 0; }
  // A space does not map the page any more, but others hold it.
  void left(FrameNumber page, AddressSpaceId space) {
    if (policy_) policy_->left(page, space);
  }
  // A huge page is small ones from now on.
  void split(FrameNumber page);
  // It is about to give up its frame for good, not by ReclaimablePages::evict: freed, truncated. Forgets all about it;
  // a page that was never added may be removed.
  void removed(FrameNumber page);
  // Used, seen otherwise than by reclaim: by a read or write call, or unmapped while its accessed bit was set
  // (folio_mark_accessed).
  void touched(FrameNumber page);
  // No longer active: madv_cold.
  void deactivated(FrameNumber page);
  // The first to go: its file's pages are not wanted any more, madv_pageout.
  void is_next(FrameNumber page);
  // mlock(2): it cannot be reclaimed; and it can again, from the inactive list on.
  void locked(FrameNumber page);
  void unlocked(FrameNumber page);

  // A page of a file differs from its device from now on, or no longer does without having been written.
  void dirtied(FrameNumber page);
  void cleaned(FrameNumber page);
  // Starts the page's write, for msync(2), fsync(2) and the like. As ReclaimablePages::start_write.
  BlockRequest start_write(FrameNumber page);
  // A write that any step or start_write answered has been done, and ReclaimablePages knows it
  // (folio_end_writeback).
  void written(FrameNumber page);

  // The clock interrupt, for policies that age by it; whether this one does.
  void tick();
  bool uses_ticks() const { return policy_ != nullptr && policy_->uses_ticks(); }

  BackgroundReclaim& background() { return background_; }
  const BackgroundReclaim& background() const { return background_; }
  WriteBack& write_back() { return write_back_; }
  const WriteBack& write_back() const { return write_back_; }

  const PageLists& lists() const { return state_.lists; }
  const PageWrites& writes() const { return state_.writes; }
  const ReclaimCounters& counters() const { return state_.counters; }
  void count_oom_kill() { ++state_.counters.oom_kills; }

 private:
  friend class DirectReclaim;

  Workingset::Refault refaulted(PageKind kind, const EvictionShadow& shadow);

  const MemoryClock& clock_;
  ReclaimState state_;
  std::unique_ptr<PolicyReclaim> policy_;  // null: Linux's lists
  BackgroundReclaim background_;
  WriteBack write_back_;
};

}  // namespace signalbox
