#pragma once

#include <boost/unordered/unordered_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "kernel/mm/reclaim/reclaimer.hpp"
#include "kernel/mm/shortage/memory_clock.hpp"
#include "kernel/mm/shortage/reclaim_state.hpp"

namespace signalbox {

// Whether the policy, told of every reference by a textbook, is told here of the accessed bits that are found set.
inline bool samples(const ReclaimerRow& policy) { return policy.input == ReclaimerInput::references; }

// The pages among which one Reclaimer chooses: it numbers frames from 0, so those of the pool are numbered. Taking a
// look at an accessed bit clears it in the page tables; what was seen is kept here.
class PagePool final : private PageView {
 public:
  PagePool(ReclaimState& state, const MemoryClock& clock, const ReclaimerRow& policy, Duration tau, const Prng& prng);

  // `key` tells the page from all others, before and after it loses its frame.
  void add(FrameNumber page, PageKey key);
  // Requires a page of the pool.
  void remove(FrameNumber page, Reclaimer::Loss loss);
  bool contains(FrameNumber page) const { return slots_.contains(page.value()); }
  std::size_t size() const { return slots_.size(); }
  void tick() {
    sample();
    if (reclaimer_) reclaimer_->tick();
  }
  // Looks at all accessed bits and tells the policy which were set, by slot; nothing if it looks for itself. The first
  // use that is seen is the one that loaded the page, of which the policy has heard.
  void sample();
  // The policy's victim; it stays in the pool until it is removed. Requires a page. Writes that the policy starts are
  // added to `writes`.
  FrameNumber choose(std::vector<BlockRequest>& writes);

 private:
  bool is_accessed(FrameSlot slot) const override;
  void clear_accessed(FrameSlot slot) override;
  bool is_dirty(FrameSlot slot) const override { return state_.pages.is_dirty(*pages_[slot]); }
  void start_write(FrameSlot slot) override;
  std::uint64_t now() const override { return static_cast<std::uint64_t>(clock_.now().nanoseconds()); }

  void grow();

  ReclaimState& state_;
  const MemoryClock& clock_;
  const ReclaimerRow& policy_;
  Duration tau_;
  Prng prng_;
  std::unique_ptr<Reclaimer> reclaimer_;
  ResidentPage resident(FrameSlot slot) const { return {.slot = slot, .key = keys_[slot]}; }

  std::vector<std::optional<FrameNumber>> pages_;         // by slot
  std::vector<PageKey> keys_;                             // by slot
  std::vector<bool> is_fresh_;                            // by slot: no use was seen yet
  mutable std::vector<bool> accessed_;                    // by slot: seen so, and not cleared since
  std::vector<FrameSlot> free_;                           // the last is used next
  boost::unordered_map<std::uint32_t, FrameSlot> slots_;  // by frame number
  std::vector<BlockRequest>* writes_ = nullptr;           // while the policy chooses
};

}  // namespace signalbox
