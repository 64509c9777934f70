#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "kernel/base/ids.hpp"
#include "kernel/mm/associative_array.hpp"

namespace signalbox {

// What a CPU does to its MMU when it goes on in an address space.
enum class RootLoad : std::uint8_t {
  none,   // the space is loaded and up to date
  keep,   // load the root; what the TLB knows of the space is right
  flush,  // load the root and forget what the TLB knows under the tag
};

// Which address spaces a CPU's TLB may know, and how recent that is: the rules of switch_mm_irqs_off and
// choose_new_asid (Linux arch/x86/mm/tlb.c, 6.1). A CPU has six tags (TLB_NR_DYN_ASIDS) that it hands out in turn; a
// space whose tag went to another finds nothing when it comes back. Every change that must reach the TLBs raises its
// space's generation; a CPU that was not told catches up by comparing it. Spaces' numbers are never used again.
class AsidSlots {
 public:
  enum class Tags : std::uint8_t { none, pcid };
  static constexpr unsigned linux_slots = 6;

  struct Switch {
    Asid asid;
    RootLoad load = RootLoad::none;

    bool operator==(const Switch&) const = default;
  };

  // Without tags every change of the space flushes, as on processors before Westmere.
  explicit AsidSlots(Tags tags) : tags_(tags) {}

  // A thread of `space` runs next; `generation` is the space's now.
  Switch switch_to(AddressSpaceId space, std::uint64_t generation);
  // A kernel thread runs next: it has no space and leaves the one that is loaded (enter_lazy_tlb).
  void enter_lazy() { is_lazy_ = has_loaded_; }
  bool is_lazy() const { return is_lazy_; }
  // The CPU has done what its loaded space asked for up to `generation` (flush_tlb_func).
  void note_flushed(std::uint64_t generation) { slots_[loaded_].generation = generation; }
  // The tag of a space that is known here, loaded or not.
  std::optional<Asid> tag_of(AddressSpaceId space) const;
  // How far the loaded space's TLB entries are up to date.
  std::uint64_t generation() const { return slots_[loaded_].generation; }

 private:
  struct Slot {
    AddressSpaceId space;
    bool is_used = false;
    std::uint64_t generation = 0;
  };

  bool holds(unsigned slot, AddressSpaceId space) const { return slots_[slot].is_used && slots_[slot].space == space; }
  unsigned slot_for(AddressSpaceId space);

  Tags tags_;
  std::array<Slot, linux_slots> slots_{};
  unsigned next_ = 0;    // the slot handed out next
  unsigned loaded_ = 0;  // the slot of the loaded space
  bool has_loaded_ = false;
  bool is_lazy_ = false;
};

}  // namespace signalbox
