#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/address_layout.hpp"
#include "kernel/mm/space/commit_account.hpp"
#include "kernel/mm/space/mapped_pages.hpp"
#include "kernel/mm/space/vma_set.hpp"

namespace signalbox {

// What a process may have, in bytes (getrlimit(2)), and may do (capabilities(7)).
struct MemoryLimits {
  static constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t address_space = none;  // RLIMIT_AS
  std::uint64_t data = none;           // RLIMIT_DATA
  std::uint64_t data_hard = none;
  std::uint64_t stack = std::uint64_t{8} << 20U;   // RLIMIT_STACK
  std::uint64_t locked = std::uint64_t{8} << 20U;  // RLIMIT_MEMLOCK
  std::uint64_t resident = none;                   // RLIMIT_RSS, where frames are allotted
  bool may_lock = false;                           // CAP_IPC_LOCK
  bool is_admin = false;                           // CAP_SYS_ADMIN
  bool may_map_low = false;                        // CAP_SYS_RAWIO
};

// The machine's settings for all address spaces.
struct MapRules {
  std::size_t max_map_count = default_max_map_count;             // vm.max_map_count
  std::uint64_t guard_bytes = std::uint64_t{256} << page_shift;  // stack_guard_gap
  VirtAddr lowest{65'536};                                       // vm.mmap_min_addr
  bool has_swap = true;                                          // CONFIG_SWAP
  bool has_huge_pages = true;                                    // CONFIG_TRANSPARENT_HUGEPAGE
};

// What a space holds, in pages, as /proc/PID/status counts it.
struct MapCounters {
  std::uint64_t total = 0;   // VmSize
  std::uint64_t data = 0;    // private, writable, no stack
  std::uint64_t code = 0;    // VmExe and VmLib
  std::uint64_t stack = 0;   // VmStk
  std::uint64_t locked = 0;  // VmLck

  bool operator==(const MapCounters&) const = default;
};

// Where the program's own parts are.
struct ProgramParts {
  VirtAddr code_begin = {};
  VirtAddr code_end = {};
  VirtAddr data_begin = {};
  VirtAddr data_end = {};
  VirtAddr heap_begin = {};  // start_brk
  VirtAddr heap_end = {};    // the break

  bool operator==(const ProgramParts&) const = default;
};

// One address space as its owner sees it: the VMAs, the parts of the program, and what is counted and limited (Linux's
// mm_struct). What the calls have in common is here, the calls are functions beside it. Nothing here waits.
class AddressMap {
 public:
  // All of these outlive it.
  AddressMap(const AddressLayout& layout, const MapRules& rules, CommitAccount& commits, MappedPages& pages);
  AddressMap(const AddressMap&) = delete;
  AddressMap& operator=(const AddressMap&) = delete;
  // Gives its promises back; the pages are told as by munmap.
  ~AddressMap();

  const VmaSet& vmas() const { return vmas_; }
  const AddressLayout& layout() const { return layout_; }
  const MapRules& rules() const { return rules_; }
  const MapCounters& counters() const { return counters_; }
  // The most pages that were mapped at once (hiwater_vm).
  std::uint64_t peak_total() const { return peak_total_; }
  CommitAccount& commits() { return commits_; }
  MappedPages& pages() { return pages_; }

  MemoryLimits limits;
  ProgramParts parts;

  // Whether there is room under RLIMIT_AS and RLIMIT_DATA for so many more pages of that kind (may_expand_vm).
  bool may_expand(VmaFlags flags, std::uint64_t pages) const;
  // Whether so many bytes more may be locked, if the flags lock them (mlock_future_check).
  bool may_lock(VmaFlags flags, std::uint64_t bytes) const;
  // Whether the process may lock anything at all (can_do_mlock).
  bool may_lock_at_all() const { return limits.locked != 0 || limits.may_lock; }
  // How many pages of the range are mapped.
  std::uint64_t mapped_pages(PageRange range) const;

  // A promise of memory; Errno::enomem.
  Result<void> charge(std::uint64_t pages);

  // What a call says about where a mapping goes.
  struct Placement {
    VirtAddr hint = {};           // 0: none
    std::uint64_t bytes = 0;      // whole pages, at least one
    std::uint32_t map_flags = 0;  // map_fixed and map_32bit matter
  };
  // Where it goes (get_unmapped_area). Errno::enomem: nowhere; Errno::einval: a fixed place that is not a page's
  // beginning; Errno::eperm: below vm.mmap_min_addr.
  Result<VirtAddr> place(const Placement& placement) const;

  // Adds a VMA and counts it; it is charged already, if it is to be.
  const Vma& add(Vma vma);
  // munmap without its checks: nothing need be there. Errno::enomem changes nothing. The promise of accounted pages may
  // go on elsewhere.
  enum class Promise : std::uint8_t { given_back, kept };
  Result<void> remove(PageRange range, Promise promise = Promise::given_back);
  // Gives pages of one VMA other flags, and counts anew. Errno::enomem as VmaSet::change_flags.
  Result<void> change_flags(PageRange part, VmaFlags flags);
  // Adds pages at the end of a VMA, where there are none; counts them. They are charged already.
  void extend(const Vma& vma, std::uint64_t bytes);
  // All private pages of the VMA at `begin` are elsewhere now.
  void forget_family(VirtAddr begin) { vmas_.forget_family(begin); }

  // Makes an empty map what a child has after fork(2): the parent's VMAs one by one, unlocked, without those that are
  // not_in_fork; limits and parts (dup_mmap). Errno::enomem: the promises are refused; some of the VMAs are there.
  Result<void> copy_from(const AddressMap& parent);

  // Gives a VMA a family, if it has none: that of a neighbour with which it could be one but for flags that mprotect
  // changes, else a new one (anon_vma_prepare, find_mergeable_anon_vma).
  void prepare_family(const Vma& vma);

  // A fault below a stack: lowers it to the page of `at`, if it may grow that far (expand_downwards). Errno::enomem:
  // RLIMIT_STACK, RLIMIT_AS, the guard gap, RLIMIT_MEMLOCK or overcommit; Errno::eperm: below vm.mmap_min_addr;
  // Errno::efault: there is no stack above.
  Result<void> grow_stack(VirtAddr at);

 private:
  std::optional<VirtAddr> search(const Placement& placement) const;
  void count(VmaFlags flags, std::uint64_t pages);
  void discount(VmaFlags flags, std::uint64_t pages);

  // What the last search downwards found: from there up to mmap_base no gap has so many bytes. Holds until something is
  // removed, and changes no answer: it makes many small mappings take time in proportion to their number.
  struct Searched {
    std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
    VirtAddr down_to = {};
  };

  AddressLayout layout_;
  MapRules rules_;
  CommitAccount& commits_;
  MappedPages& pages_;
  VmaSet vmas_;
  MapCounters counters_;
  std::uint64_t peak_total_ = 0;
  mutable Searched searched_;
  std::uint32_t last_family_ = 0;
};

}  // namespace signalbox
