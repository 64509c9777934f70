#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {

// What the calls on mappings tell and ask about the pages that are present: the tables behind an address map. None of
// them waits, and only `move` can fail.
class MappedPages {
 public:
  MappedPages() = default;
  MappedPages(const MappedPages&) = delete;
  MappedPages& operator=(const MappedPages&) = delete;
  virtual ~MappedPages() = default;

  // The pages of `range` leave the address space: given up by madv_dontneed, or unmapped, which trim() ends.
  enum class Leaving : std::uint8_t { given_up, unmapped };
  virtual void discard(const Vma& vma, PageRange range, Leaving why) = 0;
  // VMAs begin or end at the ends of `part`: no huge page may reach across them any more (vma_adjust_trans_huge).
  virtual void cut(PageRange part) = 0;
  // There are no VMAs in `hole`, nor pages: the tables that served it alone may go (free_pgtables). CPUs are told of
  // them and of all that was unmapped just before at once (tlb_finish_mmu).
  virtual void trim(PageRange hole) = 0;
  // The pages at `from` are now those at `to`; there are none yet. Errno::enomem: no memory for tables; nothing moved.
  virtual Result<void> move(PageRange from, VirtAddr to) = 0;
  // The rights of the pages are now those of flags.
  virtual void protect(PageRange range, VmaFlags flags) = 0;
  // The VMA's pages are locked in memory from now on, or not any more, as its flags say.
  virtual void relock(const Vma& vma, PageRange range) = 0;
  // Advice that changes no VMA: madv_willneed, madv_cold, madv_pageout, madv_free, madv_remove.
  virtual void advise(const Vma& vma, PageRange range, std::int32_t advice) = 0;
  // Whether an access to the page would need no read from a device (mincore(2)).
  virtual bool is_resident(const Vma& vma, VirtAddr page) const = 0;
  // The VMA is new or larger, or has other flags.
  virtual void grown(const Vma&) {}
};

}  // namespace signalbox
