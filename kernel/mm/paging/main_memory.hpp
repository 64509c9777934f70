#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "kernel/mm/page_format.hpp"
#include "kernel/mm/paging/cached_pages.hpp"
#include "kernel/mm/paging/fault_plan.hpp"
#include "kernel/mm/paging/huge_page_scan.hpp"
#include "kernel/mm/paging/huge_page_use.hpp"
#include "kernel/mm/paging/page_records.hpp"
#include "kernel/mm/paging/tlb_flusher.hpp"
#include "kernel/mm/physical_memory.hpp"
#include "kernel/mm/shortage/memory_clock.hpp"
#include "kernel/mm/shortage/reclaimable_pages.hpp"
#include "kernel/mm/shortage/shortage.hpp"
#include "kernel/mm/shortage/swap_area.hpp"
#include "kernel/mm/space/address_map.hpp"
#include "kernel/mm/space/commit_account.hpp"

namespace signalbox {

// An emulated machine's memory, as it is configured.
struct MemoryConfig {
  std::uint64_t bytes = std::uint64_t{1} << 30U;  // of RAM, whole pages
  std::uint64_t swap_bytes = 0;                   // 0: no swap
  const PageFormat* format = &x86_64_format();
  OvercommitMode overcommit = OvercommitMode::heuristic;
  bool randomises = true;  // addresses are drawn from the run's seed (kernel.randomize_va_space)
  ShortageConfig shortage = {};
  HugePagePolicy huge_pages = HugePagePolicy::never;  // of anonymous memory; needs x86-64's tables
  HugePageScanConfig huge_page_scan = {};
  unsigned page_cluster = 3;  // vm.page-cluster: 2^n slots are read when one is asked for
};

// What /proc/vmstat counts (mm/vmstat.c).
struct MemoryEvents {
  std::uint64_t faults = 0;        // pgfault: those resolved, minor and major
  std::uint64_t major_faults = 0;  // pgmajfault
  std::uint64_t pages_in = 0;      // from files, pages
  std::uint64_t pages_out = 0;
  std::uint64_t swapped_in = 0;              // pswpin
  std::uint64_t swapped_out = 0;             // pswpout
  std::uint64_t copies = 0;                  // copy-on-write with a copy
  std::uint64_t huge_faults = 0;             // thp_fault_alloc: faults that were given a huge page
  std::uint64_t huge_fault_fallbacks = 0;    // thp_fault_fallback: those that would have been, had there been a block
  std::uint64_t huge_collapses = 0;          // thp_collapse_alloc: khugepaged took a block
  std::uint64_t huge_collapse_failures = 0;  // thp_collapse_alloc_failed: there was none for it
  std::uint64_t huge_scans_over_none = 0;    // thp_scan_exceed_none_pte: it let pages be, too few of which were there
  std::uint64_t huge_scans_over_swap = 0;    // thp_scan_exceed_swap_pte: too many were in swap
  std::uint64_t huge_scans_over_shared = 0;  // thp_scan_exceed_share_pte: too many were shared
  std::uint64_t huge_zero_pages = 0;         // thp_zero_page_alloc: the huge page of zeros was made
  std::uint64_t huge_page_splits = 0;        // thp_split_page: huge pages became small ones
  std::uint64_t huge_entry_splits = 0;       // thp_split_pmd: entries of 2 MiB became 512 of 4 KiB

  bool operator==(const MemoryEvents&) const = default;
};

// All of a machine's memory: frames and what they hold, who maps them, swap, what is promised. It knows no threads and
// never waits.
class MainMemory final : public ReclaimablePages {
 public:
  // `arena` is config.bytes of the host's memory, zeroed; all references outlive it.
  MainMemory(std::span<std::byte> arena, const MemoryConfig& config, TlbFlusher& tlbs, const MemoryClock& clock);
  // Every UserSpace is gone. Objects may live on; their pages are forgotten.
  ~MainMemory() override;

  const MemoryConfig& config() const { return config_; }
  PhysicalMemory& frames() { return frames_; }
  const PhysicalMemory& frames() const { return frames_; }
  CommitAccount& commits() { return commits_; }
  // What all address spaces of the machine have in common.
  const MapRules& map_rules() const { return map_rules_; }
  const MemoryEvents& events() const { return events_; }
  const PageRecords& records() const { return records_; }
  const HugePageUse& huge_pages() const { return huge_; }
  // Whether a fault in such a VMA may map a huge page (hugepage_vma_check).
  bool may_be_huge(const Vma& vma) const;
  HugePageScan& huge_page_scan() { return huge_scan_; }
  const HugePageScan& huge_page_scan() const { return huge_scan_; }
  Shortage& shortage() { return shortage_; }
  const Shortage& shortage() const { return shortage_; }
  SwapArea& swap() { return swap_; }
  const SwapArea& swap() const { return swap_; }
  // The frame that holds the slot's page, be it still on its way.
  std::optional<FrameNumber> swap_cached(SwapSlot slot) const;
  // The one page of zeros that all anonymous pages show before they are written.
  FrameNumber zero_page() const { return zero_page_; }

  // Requests beyond those of plans, which have begun: neighbours read ahead, pages that madvise(2) sends out. Whoever
  // asks for a plan or calls on mappings hands them to their devices, in this order.
  std::vector<BlockRequest> take_requests();
  // A request that a plan, reclaim or this answered has been done by the device. The page is no longer busy; whoever
  // waits for it is woken by the caller.
  void finished(const BlockRequest& request);
  // Starts to write the dirty pages in [first, last] of a file (msync(2), writeback). Pages that are busy are left out:
  // what is written to them is written later, or was just now.
  std::vector<BlockRequest> start_writes(PageStore& store, std::uint64_t first_page, std::uint64_t last_page);

  References take_references(FrameNumber page) override;
  bool is_mapped(FrameNumber page) const override;
  bool is_dirty(FrameNumber page) const override;
  bool is_busy(FrameNumber page) const override;
  std::optional<AddressSpaceId> owner(FrameNumber page) const override;
  std::optional<std::uint32_t> allowance(AddressSpaceId space) const override;
  bool add_to_swap(FrameNumber page) override;
  void release_swap(FrameNumber page) override;
  void unmap(FrameNumber page) override;
  BlockRequest start_write(FrameNumber page) override;
  void evict(FrameNumber page, EvictionShadow shadow) override;

 private:
  friend class CachedPages;
  friend class FilePages;
  friend class UserSpace;

  // A frame with one reference, the caller's, its bytes as they were. Down to the low watermark, then to the lowest;
  // nothing: reclaim must come first.
  std::optional<FrameNumber> take_frame(FrameUrgency urgency);
  // Whether the space has all the frames that it may have, and must give one up for another; `spare` more are let pass.
  // Requires a fixed allocation.
  bool is_at_allowance(const UserSpace& space, std::uint32_t spare = 0);
  std::uint32_t allowance_of(const UserSpace& space) const;
  bool has_fixed_allocation() const { return config_.shortage.replacement.allocation != FrameAllocation::free; }
  // For a page of the space.
  std::optional<FrameNumber> take_frame_for(const UserSpace& space, FrameUrgency urgency, std::uint32_t spare = 0) {
    if (has_fixed_allocation() && is_at_allowance(space, spare)) [[unlikely]]
      return std::nullopt;
    return take_frame(urgency);
  }
  // One reference less; who lets go last gives the frame back.
  void let_go(FrameNumber page);
  // What one mapping less means for a page: the entry's marks become the page's, and what only the swap cache has left
  // goes.
  void unmapped(FrameNumber page, PageMapping mapping, PageEntry entry);
  void entry_left(FrameNumber page, PageEntry entry);
  void mark_dirty(FrameNumber page);

  // A cleared block for a huge page, its frames with one reference each, the caller's; nothing: there is none. Nobody
  // reclaims or compacts for one.
  std::optional<FrameNumber> take_huge_page(FrameUrgency urgency);
  // The block whole, its bytes as they were.
  std::optional<FrameNumber> take_huge_block(FrameUrgency urgency);
  // Whether reclaim knows the page, and none but its mappings and swap's cache hold it (is_refcount_suitable).
  bool may_move(FrameNumber page) const;
  // The huge page of zeros, with one holder more, a space; nothing: there is no block for it.
  std::optional<FrameNumber> get_huge_zero(FrameUrgency urgency);
  void put_huge_zero();
  bool is_huge_zero(FrameNumber frame) const { return huge_zero_ && huge_page_of(frame) == *huge_zero_; }
  // A mapping by an entry of 2 MiB less, and its references; the entry is gone.
  void unmapped_huge(FrameNumber head, PageMapping mapping, PageEntry entry);
  // An entry of 2 MiB has become 512 small ones.
  void huge_entry_split(FrameNumber head);
  // All entries become small ones: the huge page is none any more (split_huge_page).
  void split_huge_page(FrameNumber head);
  // Calls action(PageMapping) for each entry of either size that maps a part of the page; of an entry of 2 MiB, where
  // it begins.
  template <class Action>
  void each_entry(FrameNumber page, Action action) const;
  // The page by which a frame stands on the lists of reclaim.
  FrameNumber listed(FrameNumber page) const { return huge_.contains(page) ? huge_page_of(page) : page; }

  // Whether a mapping of it is locked.
  bool is_locked(FrameNumber page) const;

  void enter_swap_cache(FrameNumber page, SwapSlot slot);
  // Takes a frame for the page in that slot and begins to read it. Errno::enomem: there is no frame.
  Result<BlockRequest> begin_swap_read(SwapSlot slot, FrameUrgency urgency);
  // The same for a page of an object: from its file, or from its place in swap.
  Result<BlockRequest> begin_object_read(CachedPages& cache, std::uint64_t page, FrameUrgency urgency);
  // A page of an object that nobody wrote yet, or that is about to be written over.
  std::optional<FrameNumber> make_zeroed(CachedPages& cache, std::uint64_t page, FrameUrgency urgency);
  // One use of the slot less, that of an entry.
  void put_slot(SwapSlot slot);
  // Takes its place in swap from the page, if nobody else needs it (folio_free_swap). True: it has none any more.
  bool free_slot_of(FrameNumber page);
  void leave_swap_cache(FrameNumber page);
  // Takes the pages [first, last] out of the object and of all who map them (truncate_inode_pages_range).
  void remove_pages(CachedPages& cache, std::uint64_t first, std::uint64_t last);
  // A page came into its object's cache, or leaves it: counts it.
  void entered_cache(const PageRecord& record);
  void left_cache(const PageRecord& record);
  // Takes the pages from `first` on out of all who map the store, private copies too (unmap_mapping_range).
  void unmap_from(const CachedPages& cache, std::uint64_t first);
  void clear_behind_end(FrameNumber page);
  BlockRequest begin_transfer(FrameNumber page, BlockRequest::Direction direction);
  void move_bytes(const BlockRequest& request);

  MemoryConfig config_;
  TlbFlusher& tlbs_;
  PhysicalMemory frames_;
  CommitAccount commits_;
  MapRules map_rules_;
  PageRecords records_;
  SwapArea swap_;
  Shortage shortage_;
  MemoryEvents events_;
  HugePageUse huge_;
  HugePageScan huge_scan_;
  FrameNumber zero_page_;
  std::optional<FrameNumber> huge_zero_;
  std::vector<BlockRequest> requests_;
  std::vector<std::uint32_t> swap_cache_;  // by slot: the number of the page's frame and 1, or 0; as long as needed
  boost::intrusive::list<CachedPages, boost::intrusive::constant_time_size<false>> caches_;
  std::map<AddressSpaceId, UserSpace*> spaces_;  // all that live
};

}  // namespace signalbox
