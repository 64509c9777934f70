#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/mm/shortage/reclaimable_pages.hpp"

namespace signalbox {

// A page's place in swap; a BlockRequest's block.
using SwapSlot = Id<struct SwapSlotTag, std::uint32_t>;

// Swap space of a fixed size: who uses which slot, and what is in it. A slot has a use for each swap entry in a page
// table, and one while its page is in the swap cache. What lies in it takes memory of the host from the first write on;
// a page of zeros takes none.
class SwapArea {
 public:
  // 0 slots: there is no swap.
  explicit SwapArea(std::uint32_t slots);
  SwapArea(const SwapArea&) = delete;
  SwapArea& operator=(const SwapArea&) = delete;

  // A free slot, with one use; nothing if all are in use. Slots that follow each other while there is a free cluster of
  // 256, then the first that is free from the last one on (scan_swap_map_slots, 6.1, for disks that seek).
  std::optional<SwapSlot> allocate();
  // One more use (swap_duplicate). Requires one.
  void get(SwapSlot slot);
  // One less (swap_free); the last frees the slot and forgets what was in it.
  void put(SwapSlot slot);
  // 0: it is free.
  std::uint32_t uses(SwapSlot slot) const;

  // What the device does; a page has page_bytes. A slot that was never written reads as zeros. Require a use.
  void write(SwapSlot slot, std::span<const std::byte> page);
  void read(SwapSlot slot, std::span<std::byte> page) const;

  // What stays of the page that lost its frame, kept beside the slot until it is taken or the slot is freed.
  void set_shadow(SwapSlot slot, EvictionShadow shadow);
  std::optional<EvictionShadow> take_shadow(SwapSlot slot);

  std::uint32_t slots() const { return slots_; }
  std::uint32_t free_slots() const { return slots_ - used_; }
  // Slots are worth more than the writes that a copy in swap saves (vm_swap_full).
  bool is_over_half() const { return std::uint64_t{used_} * 2 > slots_; }
  // Of the host, for pages that are not zeros.
  std::uint64_t stored_bytes() const { return stored_pages_ * page_bytes; }

  // Fault injection: the n-th allocation from now is refused, once; 1 is the next.
  void refuse_allocation(std::uint64_t n) { refusal_ = n; }

 private:
  static constexpr std::uint32_t cluster_slots = 256;  // SWAPFILE_CLUSTER
  using Page = std::array<std::byte, page_bytes>;

  struct Slot {
    std::uint32_t uses = 0;
    std::optional<EvictionShadow> shadow;
    std::unique_ptr<Page> page;
  };
  // Made when the first of its slots is used.
  using Cluster = std::array<Slot, cluster_slots>;

  Slot& used_slot(SwapSlot slot);
  const Slot& used_slot(SwapSlot slot) const;
  bool is_refused();
  void begin_cluster();
  std::uint32_t first_free_from(std::uint32_t slot) const;

  std::vector<std::unique_ptr<Cluster>> clusters_;
  std::uint32_t slots_;
  std::uint32_t used_ = 0;
  std::uint32_t next_ = 0;             // where to look first
  std::uint32_t left_in_cluster_ = 0;  // allocations until another free cluster is looked for
  std::uint64_t stored_pages_ = 0;
  std::uint64_t refusal_ = 0;
};

}  // namespace signalbox
