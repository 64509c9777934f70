#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/base/result.hpp"
#include "kernel/mm/page_walk.hpp"

namespace signalbox {

// The page tables of one address space, in frames of emulated RAM and in the hardware's encoding. It owns its tables
// and nothing they point to: whoever maps a page holds its frame. It flushes no TLB: who changes an entry tells the
// CPUs that have the space loaded. Where tables may have to be made, `how` says with which urgency frames are asked
// for.
class PageTable {
 public:
  // An empty one; Errno::enomem if there is no memory for the root. Memory and format outlive it.
  static Result<PageTable> create(PhysicalMemory& memory, const PageFormat& format, const FrameRequest& how = {});
  PageTable(PageTable&& other) noexcept;
  PageTable& operator=(PageTable&&) = delete;
  // Gives all tables back.
  ~PageTable();

  const PageFormat& format() const { return *format_; }
  PhysAddr root() const { return root_; }
  std::uint32_t table_frames() const { return table_frames_; }

  // Puts `entry` where the page at `at` is looked up, and makes the tables on the way. The entry need not be present: a
  // kernel keeps what it likes there, such as a place in swap. Requires a canonical address that is a multiple of the
  // page. Errno::enomem: no memory for a table; Errno::eexist: something is there, if only an empty table where a large
  // page should go. Neither changes anything.
  Result<void> map(VirtAddr at, PageEntry entry, PageSize size = PageSize::small, const FrameRequest& how = {});

  // The walk that the hardware would make from the root.
  Walk look_up(VirtAddr at) const { return walk(*memory_, *format_, {.table = root_}, at); }

  // Calls action(VirtAddr page, PageEntry& entry, PageSize size) for every entry that is not zero in [first, last], in
  // ascending order; what the action leaves there is stored. A large page that reaches into the range is visited. Both
  // ends lie in the same half of the address space.
  template <class Action>
  void visit(VirtAddr first, VirtAddr last, Action action) {
    visit_table(root_, 0, first, last, action);
  }

  // Copies what fork(2) leaves to a child, table beside table: for every entry that visit() would call for, calls
  // action(VirtAddr page, PageEntry& entry, PageSize size), which answers the child's entry, zero for none. The child
  // has the same format and nothing mapped there. Errno::enomem: the child has no memory for a table; what was copied
  // so far stays.
  template <class Action>
  Result<void> copy_to(PageTable& child, VirtAddr first, VirtAddr last, Action action, const FrameRequest& how = {}) {
    CHECK(child.format_ == format_, "parent and child have the same tables");
    return copy_table(child, {root_, child.root_}, 0, first, last, action, how);
  }

  // Replaces the large page that holds `at` by small ones with the same frames and rights, as Linux does to a huge page
  // of which only a part changes. It takes a table that was put aside, if there is one. Errno::enomem: there is none,
  // and no memory; nothing changed. Requires that a large page is mapped there.
  Result<void> split(VirtAddr at, const FrameRequest& how = {});

  // The inverse of it: the table of the lowest level that stands for the large page at `at` is put aside, and `entry`
  // maps it from now on. Requires that such a table is there, all zeros.
  void join(VirtAddr at, PageEntry entry);

  // Tables of the lowest level that are put aside, one for each large page that must be possible to split whatever is
  // free (pgtable_trans_huge_deposit and _withdraw of Linux). copy_to() puts as many aside for the child. Errno::enomem
  // changes nothing.
  Result<void> put_aside(const FrameRequest& how = {});
  void give_back_aside();
  bool has_aside() const { return !aside_.empty(); }

  // Gives back the tables that stand for addresses in [first, last] only. Requires that nothing is mapped there.
  void trim(VirtAddr first, VirtAddr last);

 private:
  PageTable(PhysicalMemory& memory, const PageFormat& format) : memory_(&memory), format_(&format) {}

  Result<PhysAddr> make_table(unsigned level, FrameRequest request);
  void give_back(PhysAddr table);
  Result<PhysAddr> slot_of(VirtAddr at, unsigned leaf, const FrameRequest& how);
  Result<PhysAddr> grow(PhysAddr slot, unsigned level, VirtAddr at, unsigned leaf, const FrameRequest& how);
  void free_below(PhysAddr table, unsigned level);
  void trim_table(PhysAddr table, unsigned level, VirtAddr first, VirtAddr last);
  bool is_leaf(PageEntry entry, unsigned level) const {
    if (level == format_->last_level() || !entry.is_present()) return true;
    return format_->levels[level].has_large_pages && entry.has(page_bit::large);
  }

  std::byte* entries_of(PhysAddr table, unsigned level) const {
    return memory_->bytes(frame_at(table), format_->table_order(level)).data();
  }

  struct Pair {
    PhysAddr own;
    PhysAddr child;
  };

  template <class Action>
  Result<void> copy_table(PageTable& child, Pair tables, unsigned level, VirtAddr first, VirtAddr last, Action& action,
                          const FrameRequest& how);
  // Where the child's table for a `slot` of `level` is; made, if there is none.
  Result<PhysAddr> table_below(PhysAddr slot, unsigned level, const FrameRequest& how);
  template <class Action>
  void visit_table(PhysAddr table, unsigned level, VirtAddr first, VirtAddr last, Action& action);
  // Calls action(EntryPlace place, VirtAddr page, PageEntry& entry) for entries of a table of the last level.
  template <class Action>
  void visit_last(std::byte* table, VirtAddr first, VirtAddr last, Action action);
  template <class Bits, class Action>
  static void visit_entries(std::byte* table, EntryPlace<Bits> place, std::uint64_t end, VirtAddr at, Action& action);

  PhysicalMemory* memory_;
  const PageFormat* format_;
  PhysAddr root_;
  std::uint32_t table_frames_ = 0;
  std::vector<PhysAddr> aside_;
};

// Nearly all entries are in tables of the last level: their loop knows the size of an entry, and looks nothing up.
template <class Bits, class Action>
void PageTable::visit_entries(std::byte* table, EntryPlace<Bits> place, std::uint64_t end, VirtAddr at,
                              Action& action) {
  for (; place.index < end; ++place.index, at += page_bytes) {
    const PageEntry entry = place.read(table);
    if (entry.bits() == 0) continue;
    PageEntry changed = entry;
    action(place, at, changed);
    if (changed != entry) place.write(table, changed);
  }
}

template <class Action>
void PageTable::visit_last(std::byte* table, VirtAddr first, VirtAddr last, Action action) {
  const PageLevel& rule = format_->levels[format_->last_level()];
  const std::uint64_t begin = rule.index_of(first);
  const std::uint64_t end = rule.index_of(last) + 1;
  const VirtAddr at = first.aligned_down(page_bytes);
  if (format_->entry_bytes == sizeof(std::uint64_t)) {
    visit_entries(table, EntryPlace<std::uint64_t>{begin}, end, at, action);
  } else {
    visit_entries(table, EntryPlace<std::uint32_t>{begin}, end, at, action);
  }
}

template <class Action>
void PageTable::visit_table(PhysAddr table, unsigned level, VirtAddr first, VirtAddr last, Action& action) {
  std::byte* const entries = entries_of(table, level);
  if (level == format_->last_level()) {
    return visit_last(entries, first, last,
                      [&](auto, VirtAddr at, PageEntry& entry) { action(at, entry, PageSize::small); });
  }
  const PageLevel& rule = format_->levels[level];
  const std::uint64_t end = rule.index_of(last) + 1;
  for (std::uint64_t index = rule.index_of(first); index < end; ++index) {
    std::byte* const slot = entries + index * format_->entry_bytes;
    const PageEntry entry = format_->read(slot);
    if (entry.bits() == 0) continue;
    const VirtAddr low = rule.begin_of(index, first);
    if (!is_leaf(entry, level)) {
      const VirtAddr high = low + (rule.entry_span() - 1);
      visit_table(entry.address(), level + 1, std::max(low, first), std::min(high, last), action);
      continue;
    }
    PageEntry changed = entry;
    action(low, changed, PageSize::large);
    if (changed != entry) format_->write(slot, changed);
  }
}

template <class Action>
Result<void> PageTable::copy_table(PageTable& child, Pair tables, unsigned level, VirtAddr first, VirtAddr last,
                                   Action& action, const FrameRequest& how) {
  std::byte* const entries = entries_of(tables.own, level);
  std::byte* const copies = child.entries_of(tables.child, level);
  if (level == format_->last_level()) {
    // A copy of the action is the loop's own: what it counts need not be in memory.
    visit_last(entries, first, last, [here = action, copies](auto place, VirtAddr at, PageEntry& entry) mutable {
      place.write(copies, here(at, entry, PageSize::small));
    });
    return {};
  }
  const PageLevel& rule = format_->levels[level];
  const std::uint64_t end = rule.index_of(last) + 1;
  for (std::uint64_t index = rule.index_of(first); index < end; ++index) {
    const std::uint64_t offset = index * format_->entry_bytes;
    const PageEntry entry = format_->read(entries + offset);
    if (entry.bits() == 0) continue;
    const VirtAddr low = rule.begin_of(index, first);
    if (!is_leaf(entry, level)) {
      const PhysAddr below = TRY(child.table_below(tables.child + offset, level, how));
      const VirtAddr high = std::min(low + (rule.entry_span() - 1), last);
      TRY(copy_table(child, {entry.address(), below}, level + 1, std::max(low, first), high, action, how));
      continue;
    }
    if (has_aside()) TRY(child.put_aside(how));
    PageEntry changed = entry;
    const PageEntry copy = action(low, changed, PageSize::large);
    if (changed != entry) format_->write(entries + offset, changed);
    format_->write(copies + offset, copy);
  }
  return {};
}

}  // namespace signalbox
