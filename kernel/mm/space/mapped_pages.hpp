#pragma once

#include <cstdint>

#include "kernel/mm/space/vma.hpp"

namespace signalbox {

// What the calls on mappings tell and ask about the pages that are present: the tables behind an address map. None of
// them can fail or wait.
class MappedPages {
 public:
  MappedPages() = default;
  MappedPages(const MappedPages&) = delete;
  MappedPages& operator=(const MappedPages&) = delete;
  virtual ~MappedPages() = default;

  // The pages of `range` leave the address space: unmapped, or given up by madv_dontneed.
  virtual void discard(const Vma& vma, PageRange range) = 0;
  // The pages at `from` are now those at `to`; there are none yet.
  virtual void move(PageRange from, VirtAddr to) = 0;
  // The rights of the pages are now those of flags.
  virtual void protect(PageRange range, VmaFlags flags) = 0;
  // Advice that changes no VMA: madv_willneed, madv_cold, madv_pageout, madv_free, madv_remove.
  virtual void advise(const Vma& vma, PageRange range, std::int32_t advice) = 0;
  // Whether an access to the page would need no read from a device (mincore(2)).
  virtual bool is_resident(const Vma& vma, VirtAddr page) const = 0;
};

}  // namespace signalbox
