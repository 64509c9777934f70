#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/base/result.hpp"
#include "kernel/mm/mmu.hpp"
#include "kernel/mm/page_table.hpp"
#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/paging/fault_plan.hpp"
#include "kernel/mm/paging/huge_page_scan.hpp"
#include "kernel/mm/paging/lineage.hpp"
#include "kernel/mm/shortage/swap_area.hpp"
#include "kernel/mm/space/address_map.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

class CachedPages;
class MainMemory;
class SpaceMirror;

// What a space has in frames and in swap, in pages (get_mm_rss, 6.1).
struct ResidentCounters {
  std::uint64_t anonymous = 0;  // RssAnon
  std::uint64_t file = 0;       // RssFile
  std::uint64_t shared = 0;     // RssShmem
  std::uint64_t swapped = 0;    // VmSwap
  std::uint64_t peak = 0;       // VmHWM, of the three that are resident

  std::uint64_t resident() const { return anonymous + file + shared; }
  bool operator==(const ResidentCounters&) const = default;
};

// One process's memory: its mappings, its page tables, and the pages it has. Faults are resolved here, step by step;
// nothing here waits.
class UserSpace final : public ScannedSpace, private MappedPages, public KernelObject<ObjectClass::mm_struct> {
 public:
  // An empty one. Errno::enomem: no frame for the root table; reclaim and try again. The memory outlives it.
  static Result<std::unique_ptr<UserSpace>> create(MainMemory& memory, AddressSpaceId id, const AddressLayout& layout);
  // Gives back every page, table, place in swap and promise.
  ~UserSpace() override;

  // The space of a child after fork(2): the same mappings, anonymous pages shared until somebody writes
  // (dup_mmap, copy_page_range). Errno::enomem: frames or promises do not suffice; nothing of the child is left, the
  // parent is as before, but that its next write to a page may fault. What it did is added to `work`.
  Result<std::unique_ptr<UserSpace>> fork(AddressSpaceId child, MemoryWork& work);

  AddressSpaceId id() const { return id_; }
  // The calls mmap, munmap, mprotect... are functions on it.
  AddressMap& map() { return map_; }
  const AddressMap& map() const { return map_; }
  const PageTable& tables() const { return tables_; }
  // In pages, without the root where there are others: VmPTE (mm_pgtables_bytes).
  std::uint64_t table_pages() const {
    const bool has_levels = tables_.format().levels.size() > 1;
    return tables_.table_frames() - (has_levels ? std::uint64_t{1} << tables_.format().table_order(0) : 0);
  }
  // Raised by every change that TLBs must hear of.
  std::uint64_t generation() const { return generation_; }
  const ResidentCounters& resident() const { return resident_; }
  // One at a time; null: nobody.
  void set_mirror(SpaceMirror* mirror) { mirror_ = mirror; }
  bool is_kept(PageRange range) const;
  // What a walk ends at: the page's entry, zero if there is none; in a huge page, the small one that it amounts to.
  PageEntry entry_at(VirtAddr at) const;
  // Whether an entry of 2 MiB maps it; whether a walk ends at one.
  bool is_huge_at(VirtAddr at) const { return is_huge(tables_.look_up(at).last()); }
  bool is_huge(const WalkStep& found) const {
    return found.level != tables_.format().last_level() && holds_page(found.entry);
  }

  // The next step for an access that failed (handle_mm_fault). `urgency` is who asks.
  FaultPlan resolve(const PageFault& fault, FrameUrgency urgency = FrameUrgency::ordinary);
  // The next step to make a page present without an access: mlock(2), map_populate. retry: it is there.
  FaultPlan populate(VirtAddr page, FrameUrgency urgency = FrameUrgency::ordinary);
  // Makes the small pages of 2 MiB from `begin` a huge one, if that is worth it. Requires that they lie in the VMA,
  // which may have huge pages.
  CollapseTry collapse(const Vma& vma, VirtAddr begin, const HugePageScanConfig& config);

 private:
  friend class MainMemory;

  // What is found at a page when it is to be used.
  struct Fault {
    const Vma& vma;
    VirtAddr page;
    bool is_write;
    FrameUrgency urgency;
    Walk walk;

    PageEntry entry() const { return walk.last().entry; }
    PhysAddr slot() const { return walk.last().slot; }
  };

  static Result<std::unique_ptr<UserSpace>> create(MainMemory& memory, AddressSpaceId id, const AddressLayout& layout,
                                                   const LineageRef& parent);
  UserSpace(MainMemory& memory, AddressSpaceId id, const AddressLayout& layout, PageTable tables, LineageRef parent);

  void discard(const Vma& vma, PageRange range, Leaving why) override;
  void cut(PageRange part) override;
  void trim(PageRange hole) override;
  Result<void> move(PageRange from, VirtAddr to) override;
  void protect(PageRange range, VmaFlags flags) override;
  void relock(const Vma& vma, PageRange range) override;
  void advise(const Vma& vma, PageRange range, std::int32_t advice) override;
  bool is_resident(const Vma& vma, VirtAddr page) const override;
  void grown(const Vma& vma) override;

  void discard_entry(const Vma& vma, VirtAddr at, PageEntry entry);
  // Begin to read what is not in memory, as far as there are frames: from swap, and of the VMA's object.
  void read_swap_ahead(PageRange range);
  void read_object_ahead(const Vma& vma, PageRange range);
  void give_up_lazily(PageRange range);
  void cool(PageRange range, bool is_wanted_out);

  FaultPlan handle(const Vma& vma, VirtAddr page, bool is_write, FrameUrgency urgency);
  FaultPlan dispatch(const Fault& fault);
  FaultPlan demand_zero(const Fault& fault);
  FaultPlan write_protected(const Fault& fault);
  FaultPlan copy_page(const Fault& fault);
  void leave_copied(const Fault& fault, PageEntry old);
  bool can_reuse(FrameNumber page);
  bool is_untold(VmaFlags flags, FrameNumber page) const;
  FaultPlan swap_in(const Fault& fault);
  FaultPlan begin_swap_in(const Fault& fault, SwapSlot slot);
  FaultPlan fault_in_object(const Fault& fault);
  FaultPlan copy_of_object(const Fault& fault, FrameNumber cached);
  FaultPlan map_object_page(const Fault& fault, FrameNumber cached);
  void map_neighbours(const Fault& fault, CachedPages& cache, MemoryWork& work);

  // Huge pages: a first access, where nothing means that small pages will do; an access to an entry that is there.
  std::optional<FaultPlan> demand_huge(const Fault& fault);
  std::optional<FrameNumber> hold_huge_zero(FrameUrgency urgency);
  bool put_huge_entry(const Fault& fault, PageEntry entry, MemoryWork& work);
  FaultPlan huge_fault(const Fault& fault);
  bool can_reuse_huge(FrameNumber head);
  void own_huge_page(const Fault& fault, FrameNumber head);
  void discard_huge(const Vma& vma, VirtAddr at, PageEntry entry);
  PageEntry copy_huge_entry(UserSpace& child, VirtAddr at, PageEntry& entry);
  void move_records(VirtAddr from, VirtAddr to, FrameNumber first, std::uint32_t pages);
  // Where huge pages begin that have a part in the range.
  std::vector<VirtAddr> huge_pages_in(PageRange range);
  // The entry of 2 MiB that maps `at` becomes 512 small ones (__split_huge_pmd).
  void split_huge_at(VirtAddr at);
  // Splits those that cannot move as they are.
  void prepare_move(PageRange from, VirtAddr to);
  // Advice is for huge pages that are mapped here only; it splits those that it wants in parts, and leaves the others
  // alone (madvise_cold_or_pageout_pte_range, madvise_free_huge_pmd).
  enum class Part : std::uint8_t { any, incomplete };
  void split_own(PageRange range, Part which);
  bool is_own_huge(FrameNumber head) const;

  // What khugepaged sees of 512 small pages; of some only, if they are refused.
  struct SmallPages {
    std::uint32_t looks = 0;
    std::uint32_t none = 0;
    std::uint32_t swapped = 0;
    std::uint32_t shared = 0;
    std::uint32_t referenced = 0;
    bool is_writable = false;
    bool is_refused = false;
  };
  SmallPages look_at_small_pages(PhysAddr slot, const HugePageScanConfig& config);
  void bring_in_for_collapse(const Vma& vma, VirtAddr begin, const HugePageScanConfig& config, CollapseTry& tried);
  void fill_huge_page(VirtAddr begin, FrameNumber head, MemoryWork& work);
  void replace_small_pages(const Vma& vma, VirtAddr begin, FrameNumber head);

  // The entry is put where there is none; makes the tables it needs. False: there is no frame for them.
  bool put_entry(const Fault& fault, PageEntry entry, MemoryWork& work);
  // A page that nobody maps is to be mapped here first; `is_own`: nobody else knows it.
  void begin_family(FrameNumber page, VirtAddr at, bool is_own);
  // A page of nobody else yet: counted, on the lists. Its reference is the mapping's.
  void own_page(const Fault& fault, FrameNumber page);
  // One mapping more, counted; its reference is there already.
  void add_mapping(const Vma& vma, FrameNumber page, VirtAddr at);
  void count(FrameNumber page, std::int64_t pages);
  void set(PhysAddr slot, PageEntry entry);
  void flush(PageRange range);
  void flush_page(VirtAddr at) { flush({at, at + page_bytes}); }

  // For the reverse map: what is done to a page that is mapped at `at`.
  bool take_accessed(VirtAddr at);
  void clean_page(VirtAddr at);
  // It goes to swap, or back to its object.
  void give_up_page(VirtAddr at);
  // It is gone.
  void lose_page(VirtAddr at);
  // All of the store's from `first` on are, and what was copied of them.
  void lose_pages(const PageStore& store, std::uint64_t first);
  void replace_page(VirtAddr at, PageEntry absent);

  Result<void> copy_pages(UserSpace& child, const Vma& vma, MemoryWork& work);
  PageEntry copy_entry(UserSpace& child, VirtAddr at, PageEntry& entry);

  MainMemory& memory_;
  AddressSpaceId id_;
  std::uint64_t generation_ = 0;
  ResidentCounters resident_;
  PageTable tables_;
  LineageRef lineage_;
  bool is_ending_ = false;
  bool holds_huge_zero_ = false;
  SpaceMirror* mirror_ = nullptr;
  PageRange unmapped_;  // what CPUs have still to be told of, empty between calls
  AddressMap map_;      // gives its pages up first
};

}  // namespace signalbox
