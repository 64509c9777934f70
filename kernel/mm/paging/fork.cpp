// A child's space: dup_mmap of kernel/fork.c, copy_page_range of mm/memory.c, 6.1.
#include <algorithm>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {
namespace {

// What a loop counts, in a register if the loop has a copy: it adds to the total when it ends.
struct Count {
  explicit Count(std::uint32_t& sum) : total(sum) {}
  Count(const Count& other) : total(other.total) {}
  Count& operator=(const Count&) = delete;
  ~Count() { total += own; }

  std::uint32_t& total;
  std::uint32_t own = 0;
};

}  // namespace

Result<std::unique_ptr<UserSpace>> UserSpace::fork(AddressSpaceId id, MemoryWork& work) {
  std::unique_ptr<UserSpace> child = TRY(create(memory_, id, map_.layout(), lineage_));
  TRY(child->map_.copy_from(map_));
  Result<void> copied;
  for (const Vma& vma : map_.vmas().all()) {
    // What has no private pages comes back by faults (vma_needs_copy).
    if (!copied || vma.anon_family == 0 || vma.has_any(vma_flag::not_in_fork | vma_flag::wiped_in_fork)) continue;
    copied = copy_pages(*child, vma, work);
  }
  // Entries lost their right to write, of which other CPUs must hear.
  flush({VirtAddr(), map_.layout().end});
  child->resident_.peak = child->resident_.resident();
  work.tables_made += child->tables_.table_frames();
  if (!copied) return copied.error();
  if (ScannedSpace::is_linked()) memory_.huge_scan_.enter(*child);  // khugepaged_fork
  return child;
}

// What most pages take is here, so that the loop over a table holds it whole: copy_present_pte of a page that is mapped
// where it was first.
Result<void> UserSpace::copy_pages(UserSpace& child, const Vma& vma, MemoryWork& work) {
  struct Copier {
    UserSpace& parent;
    UserSpace& child;
    PageRecords& records;
    PhysicalMemory& frames;
    Count counted;
    Count others;

    [[gnu::always_inline]] PageEntry operator()(VirtAddr at, PageEntry& entry, PageSize size) {
      if (size == PageSize::small && entry.is_present()) [[likely]] {
        PageRecord& record = records[entry.frame()];
        if (record.is_only_counted(at)) [[likely]] {
          ++counted.own;
          record.is_exclusive = false;
          ++record.mappings;
          frames.get(entry.frame());
          entry = entry.without(page_bit::writable);
          return entry.without(page_bit::accessed);
        }
      }
      ++others.own;
      return size == PageSize::small ? parent.copy_entry(child, at, entry) : parent.copy_huge_entry(child, at, entry);
    }
  };
  std::uint32_t counted = 0;
  std::uint32_t others = 0;
  const Copier copy{*this, child, memory_.records_, memory_.frames_, Count(counted), Count(others)};
  const VirtAddr last(vma.range.end.value() - 1);
  const Result<void> done =
      tables_.copy_to(child.tables_, vma.range.begin, last, copy, {.watermark = WatermarkLevel::min});
  work.pages_mapped += counted + others;
  work.entries_copied += counted + others;
  child.resident_.anonymous += counted;
  return done;
}

// All others: copy_nonpresent_pte, pages that nobody may use, the page of zeros, what is listed.
PageEntry UserSpace::copy_entry(UserSpace& child, VirtAddr at, PageEntry& entry) {
  if (is_swap_entry(entry)) {
    memory_.swap_.get(slot_of(entry, tables_.format()));
    ++child.resident_.swapped;
    entry = entry.without(page_bit::swapped_exclusive);
    return entry;
  }
  const FrameNumber page = entry.frame();
  if (page != memory_.zero_page()) {
    memory_.records_[page].is_exclusive = false;
    memory_.frames_.get(page);
    memory_.records_.add_mapping(page, {&child, at});
    child.count(page, 1);
  }
  entry = entry.without(page_bit::writable);
  return entry.without(page_bit::accessed);
}

}  // namespace signalbox
