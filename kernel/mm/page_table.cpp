#include "kernel/mm/page_table.hpp"

#include <algorithm>
#include <array>

namespace signalbox {

Result<PageTable> PageTable::create(PhysicalMemory& memory, const PageFormat& format, const FrameRequest& how) {
  PageTable table(memory, format);
  table.root_ = TRY(table.make_table(0, how));
  return table;
}

PageTable::PageTable(PageTable&& other) noexcept
    : memory_(other.memory_),
      format_(other.format_),
      root_(other.root_),
      table_frames_(std::exchange(other.table_frames_, 0)),
      aside_(std::move(other.aside_)) {}

PageTable::~PageTable() {
  if (table_frames_ == 0) return;
  while (has_aside()) give_back_aside();
  free_below(root_, 0);
  give_back(root_);
  CHECK(table_frames_ == 0, "every table is reached from the root");
}

Result<void> PageTable::map(VirtAddr at, PageEntry entry, PageSize size, const FrameRequest& how) {
  const unsigned leaf = size == PageSize::small ? format_->last_level() : format_->large_level();
  CHECK(size == PageSize::small || format_->levels[leaf].has_large_pages, "the format has large pages");
  CHECK(format_->is_canonical(at) && at == at.aligned_down(format_->levels[leaf].entry_span()),
        "a page begins at a multiple of its size");
  const PhysAddr slot = TRY(slot_of(at, leaf, how));
  if (format_->read(*memory_, slot).bits() != 0) return Errno::eexist;
  const bool is_large = size == PageSize::large && entry.is_present();
  format_->write(*memory_, slot, is_large ? entry.with(page_bit::large) : entry);
  return {};
}

Result<void> PageTable::split(VirtAddr at, const FrameRequest& how) {
  const WalkStep large = look_up(at).last();
  const unsigned level = large.level + 1;
  CHECK(large.entry.has(page_bit::large) && level <= format_->last_level(), "it is a large page");
  if (!has_aside()) TRY(put_aside(how));
  const PhysAddr table = aside_.back();
  aside_.pop_back();
  const PageEntry flags = large.entry.without(page_bit::large);
  for (std::uint64_t i = 0; i < format_->levels[level].entries(); ++i) {
    const PageEntry small(flags.bits() + (i << format_->levels[level].shift));
    format_->write(*memory_, table + i * format_->entry_bytes, small);
  }
  format_->write(*memory_, large.slot, PageEntry(frame_at(table), page_bit::table));
  return {};
}

void PageTable::join(VirtAddr at, PageEntry entry) {
  const Walk small = look_up(at);
  CHECK(small.last().level == format_->last_level() && small.last().entry.bits() == 0,
        "a table without entries is there");
  const WalkStep& above = small.steps[small.accesses - 2];
  aside_.push_back(above.entry.address());
  format_->write(*memory_, above.slot, entry.with(page_bit::large));
}

Result<void> PageTable::put_aside(const FrameRequest& how) {
  aside_.push_back(TRY(make_table(format_->last_level(), how)));
  return {};
}

void PageTable::give_back_aside() {
  CHECK(has_aside(), "each large page has put one table aside");
  give_back(aside_.back());
  aside_.pop_back();
}

void PageTable::trim(VirtAddr first, VirtAddr last) { trim_table(root_, 0, first, last); }

// A cleared table for that level.
Result<PhysAddr> PageTable::make_table(unsigned level, FrameRequest request) {
  request.order = format_->table_order(level);
  request.use = FrameUse::page_table;
  const auto block = memory_->allocate(request);
  if (!block) return Errno::enomem;
  memory_->clear(*block, request.order);
  table_frames_ += std::uint32_t{1} << request.order;
  return address_of(*block);
}

void PageTable::give_back(PhysAddr table) {
  table_frames_ -= std::uint32_t{1} << memory_->frame(frame_at(table)).order;
  memory_->put(frame_at(table));
}

// Where the entry for `at` lies at level `leaf`; tables that are missing are made, all or none.
Result<PhysAddr> PageTable::slot_of(VirtAddr at, unsigned leaf, const FrameRequest& how) {
  PhysAddr table = root_;
  for (unsigned level = 0; level < leaf; ++level) {
    const PhysAddr slot = format_->slot(table, level, at);
    const PageEntry entry = format_->read(*memory_, slot);
    if (entry.bits() == 0) return grow(slot, level, at, leaf, how);
    if (is_leaf(entry, level)) return Errno::eexist;
    table = entry.address();
  }
  return format_->slot(table, leaf, at);
}

// The same from an empty `slot` of `level` on.
Result<PhysAddr> PageTable::grow(PhysAddr slot, unsigned level, VirtAddr at, unsigned leaf, const FrameRequest& how) {
  std::array<PhysAddr, most_levels> made{};
  for (unsigned below = level + 1; below <= leaf; ++below) {
    const Result<PhysAddr> table = make_table(below, how);
    if (!table) {
      while (--below > level) give_back(made[below]);
      return table.error();
    }
    made[below] = *table;
  }
  for (unsigned below = level + 1; below <= leaf; ++below) {
    format_->write(*memory_, slot, PageEntry(frame_at(made[below]), page_bit::table));
    slot = format_->slot(made[below], below, at);
  }
  return slot;
}

Result<PhysAddr> PageTable::table_below(PhysAddr slot, unsigned level, const FrameRequest& how) {
  const PageEntry entry = format_->read(*memory_, slot);
  if (entry.bits() != 0) return entry.address();
  const PhysAddr table = TRY(make_table(level + 1, how));
  format_->write(*memory_, slot, PageEntry(frame_at(table), page_bit::table));
  return table;
}

void PageTable::free_below(PhysAddr table, unsigned level) {
  if (level == format_->last_level()) return;
  for (std::uint64_t i = 0; i < format_->levels[level].entries(); ++i) {
    const PageEntry entry = format_->read(*memory_, table + i * format_->entry_bytes);
    if (entry.bits() == 0 || is_leaf(entry, level)) continue;
    free_below(entry.address(), level + 1);
    give_back(entry.address());
  }
}

void PageTable::trim_table(PhysAddr table, unsigned level, VirtAddr first, VirtAddr last) {
  if (level == format_->last_level()) return;
  const PageLevel& rule = format_->levels[level];
  const std::uint64_t begin = rule.index_of(first);
  const std::uint64_t end = rule.index_of(last) + 1;
  for (std::uint64_t index = begin; index < end; ++index) {
    const PhysAddr slot = table + index * format_->entry_bytes;
    const PageEntry entry = format_->read(*memory_, slot);
    if (entry.bits() == 0 || is_leaf(entry, level)) continue;
    const VirtAddr low = rule.begin_of(index, first);
    const VirtAddr high = low + (rule.entry_span() - 1);
    if (low >= first && high <= last) {
      free_below(entry.address(), level + 1);
      give_back(entry.address());
      format_->write(*memory_, slot, PageEntry());
    } else {
      trim_table(entry.address(), level + 1, std::max(low, first), std::min(high, last));
    }
  }
}

}  // namespace signalbox
