#pragma once

#include <boost/unordered/unordered_map.hpp>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "kernel/mm/reclaim/reclaimer.hpp"

namespace signalbox {

// An access of a textbook's reference string.
struct PageReference {
  PageKey page;
  bool is_write = false;

  friend bool operator==(const PageReference&, const PageReference&) = default;
};

struct ReferenceSettings {
  FrameSlot frames = 1;    // > 0
  std::uint64_t tick = 0;  // references between two clock interrupts; 0: none
  std::uint64_t tau = 0;   // references
  std::uint64_t seed = 1;
};

// What an access came to. `evicted` had the frame before.
struct ReferenceStep {
  bool is_fault;
  FrameSlot slot;
  std::optional<PageKey> evicted;
};

// Counts of a run. The first `frames` faults find a free frame: loads without a replacement.
struct ReferenceCounts {
  std::uint64_t references = 0;
  std::uint64_t faults = 0;
  std::uint64_t evictions = 0;
  std::uint64_t writes = 0;  // of dirty pages to the disk, at eviction or before
};

// A reference string under a replacement policy: frames that begin empty, bits as hardware keeps them, a clock that
// counts references. A write to the disk takes no time.
class ReferenceRun final : private PageView {
 public:
  // `references` must outlive this.
  ReferenceRun(const ReclaimerRow& policy, std::span<const PageReference> references, ReferenceSettings settings);

  // The next access. Requires one that was not made.
  ReferenceStep step();
  // Makes all that are left.
  const ReferenceCounts& finish();

  const ReferenceCounts& counts() const { return counts_; }
  // What is in the frames, by slot; empty where nothing is yet.
  std::vector<std::optional<PageKey>> frames() const;

 private:
  struct Frame {
    PageKey page;
    bool is_accessed;
    bool is_dirty;
  };

  bool is_accessed(FrameSlot slot) const override { return frames_[slot].is_accessed; }
  void clear_accessed(FrameSlot slot) override { frames_[slot].is_accessed = false; }
  bool is_dirty(FrameSlot slot) const override { return frames_[slot].is_dirty; }
  void start_write(FrameSlot slot) override;
  std::uint64_t now() const override { return counts_.references; }

  ReferenceStep load(const PageReference& reference);

  const ReclaimerRow& policy_;
  std::span<const PageReference> references_;
  ReferenceSettings settings_;
  std::vector<PageKey> future_;
  std::vector<Frame> frames_;  // those that are in use
  boost::unordered_map<PageKey, FrameSlot> resident_;
  ReferenceCounts counts_;
  std::unique_ptr<Reclaimer> reclaimer_;
};

}  // namespace signalbox
