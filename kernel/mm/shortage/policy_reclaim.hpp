#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "kernel/base/prng.hpp"
#include "kernel/mm/reclaim/reclaimer.hpp"
#include "kernel/mm/shortage/memory_clock.hpp"
#include "kernel/mm/shortage/page_pool.hpp"
#include "kernel/mm/shortage/page_scan.hpp"
#include "kernel/mm/shortage/reclaim_step.hpp"

namespace signalbox {

// Whose page goes: the policy's choice among all pages, or among those of the space that wants a frame. Background
// reclaim, which wants none for itself, then takes from the space that has most.
enum class ReplacementScope : std::uint8_t { global, local };

// How many frames a space may have, where replacement is local: as many as there are, or a fixed number, the same for
// all or by the size of what they have mapped (Silberschatz, Galvin, Gagne, "Allocation of Frames"). Who has its number
// gives up one of its own for each that it wants, though others are free.
enum class FrameAllocation : std::uint8_t { free, equal, proportional };

// A replacement policy of kernel/mm/reclaim in place of Linux's lists. Hardware gives bits only: a policy that wants to
// hear of every reference hears of the bits that were found set, at each tick and before each batch. One that needs the
// future is none for a kernel. A dirty victim leaves the policy when its write begins, and its frame when the write has
// ended, unless somebody mapped it again: then it is loaded anew.
class PolicyReclaim {
 public:
  struct Settings {
    const ReclaimerRow* policy = nullptr;  // its input is not the future
    ReplacementScope scope = ReplacementScope::global;
    FrameAllocation allocation = FrameAllocation::free;  // else scope is local
    Duration tau = {};                                   // WSClock's window
    std::uint64_t seed = 1;
  };

  PolicyReclaim(ReclaimState& state, const MemoryClock& clock, const Settings& settings);

  // `shadow`: what stayed of it when it lost its frame before.
  void added(FrameNumber page, const std::optional<EvictionShadow>& shadow = {});
  // Somebody maps it, after nobody did.
  void mapped(FrameNumber page);
  // A space does not map it any more, but others hold it: if it was that space's, it becomes his who maps it, or
  // nobody's where only its file, its object or swap's cache has it.
  void left(FrameNumber page, AddressSpaceId space);
  // How many frames are a space's, those among them that are still being written (local only). Finds owners first.
  std::uint32_t frames_of(AddressSpaceId space);
  // It lost its frame, or cannot be reclaimed any more.
  void removed(FrameNumber page);
  // The clock interrupt, for policies that age.
  void tick();
  bool uses_ticks() const { return settings_.policy->uses_ticks || samples(*settings_.policy); }

  // Looks for a batch of pages, for `asker` if scope is local. Adds to step.
  void batch(std::optional<AddressSpaceId> asker, ReclaimedBy by, ReclaimStep& step);

 private:
  enum class Fate : std::uint8_t { evicted, written, stuck, culled };
  // Pages in no pool: their write has begun; nobody maps them, so they are nobody's; or their owner left them and the
  // next has to be found, when no page table is half changed (both local only).
  static constexpr FrameChains::Chain leaving = 0;
  static constexpr FrameChains::Chain homeless = 1;
  static constexpr FrameChains::Chain inherited = 2;

  void enter(FrameNumber page);
  // What the space has to give up of its own.
  void take_excess(AddressSpaceId asker, ReclaimedBy by, ReclaimStep& step);
  PagePool* largest_pool(const PagePool* but_not);
  void find_heirs();
  void find_homes();
  void evict_written(ReclaimedBy by, ReclaimStep& step);
  void take_homeless(ReclaimedBy by, ReclaimStep& step);
  // Until the step has so many pages, reclaimed or on their way.
  void take_from(PagePool& pool, ReclaimedBy by, ReclaimStep& step, std::size_t enough = scan_batch);
  bool has_enough(const ReclaimStep& step, std::size_t enough = scan_batch) const;
  // How many frames the space has to give up before it may have another; 0: none.
  std::uint32_t excess(AddressSpaceId space);
  void depart(FrameNumber page);
  void take_apart(FrameNumber page);
  void dispose(FrameNumber page, ReclaimedBy by, ReclaimStep& step);
  Fate decide(FrameNumber page, ReclaimStep& step);
  void leave(FrameNumber page, Reclaimer::Loss loss);
  void evict(FrameNumber page, ReclaimedBy by, ReclaimStep& step);

  ReclaimState& state_;
  const MemoryClock& clock_;
  Settings settings_;
  Prng prng_;
  std::map<AddressSpaceId, PagePool> pools_;  // by space; a global policy has one, of space 0
  std::vector<AddressSpaceId> home_;          // by frame, of pages in a pool
  std::vector<PageKey> key_;                  // by frame
  PageKey last_key_ = 0;
  FrameChains apart_;
  std::optional<FrameNumber> disposed_;  // it is taken from all who map it, and stays whose it was until it is gone
  std::map<AddressSpaceId, std::uint32_t> leaving_of_;  // pages in `leaving`, by whose they were
};

}  // namespace signalbox
