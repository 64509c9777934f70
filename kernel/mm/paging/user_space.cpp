#include "kernel/mm/paging/user_space.hpp"

#include <algorithm>

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/paging/main_memory.hpp"
#include "kernel/mm/paging/space_mirror.hpp"

namespace signalbox {

Result<std::unique_ptr<UserSpace>> UserSpace::create(MainMemory& memory, AddressSpaceId id,
                                                     const AddressLayout& layout) {
  return create(memory, id, layout, nullptr);
}

Result<std::unique_ptr<UserSpace>> UserSpace::create(MainMemory& memory, AddressSpaceId id, const AddressLayout& layout,
                                                     const LineageRef& parent) {
  const auto down_to = [&](WatermarkLevel mark) -> Result<std::unique_ptr<UserSpace>> {
    PageTable tables = TRY(PageTable::create(memory.frames(), *memory.config().format, {.watermark = mark}));
    return std::unique_ptr<UserSpace>(new UserSpace(memory, id, layout, std::move(tables), parent));
  };
  Result<std::unique_ptr<UserSpace>> space = down_to(WatermarkLevel::low);
  return space ? std::move(space) : down_to(WatermarkLevel::min);
}

UserSpace::UserSpace(MainMemory& memory, AddressSpaceId id, const AddressLayout& layout, PageTable tables,
                     LineageRef parent)
    : memory_(memory),
      id_(id),
      tables_(std::move(tables)),
      lineage_(new Lineage(*this, std::move(parent))),
      map_(layout, memory.map_rules(), memory.commits(), *this) {
  const bool is_new = memory.spaces_.emplace(id, this).second;
  CHECK(is_new, "a space's number is its own");
}

UserSpace::~UserSpace() {
  if (ScannedSpace::is_linked()) memory_.huge_scan_.leave(*this);
  flush({VirtAddr(), map_.layout().end});
  is_ending_ = true;
  if (mirror_ != nullptr) mirror_->space_ends();
  const Result<void> removed = map_.remove({VirtAddr(), map_.layout().end});
  CHECK(removed.has_value(), "to take everything away splits nothing");
  if (holds_huge_zero_) memory_.put_huge_zero();
  lineage_->end();
  memory_.spaces_.erase(id_);
}

bool UserSpace::put_entry(const Fault& fault, PageEntry entry, MemoryWork& work) {
  ++work.pages_mapped;
  if (fault.walk.last().level == tables_.format().last_level()) {
    set(fault.slot(), entry);
    return true;
  }
  const std::uint32_t before = tables_.table_frames();
  Result<void> mapped = tables_.map(fault.page, entry, PageSize::small, {.urgency = fault.urgency});
  if (!mapped) {
    mapped =
        tables_.map(fault.page, entry, PageSize::small, {.watermark = WatermarkLevel::min, .urgency = fault.urgency});
  }
  work.tables_made += tables_.table_frames() - before;
  if (!mapped) --work.pages_mapped;
  return mapped.has_value();
}

// The family of a page that others have in swap is the whole one (page_add_anon_rmap, __page_set_anon_rmap).
void UserSpace::begin_family(FrameNumber page, VirtAddr at, bool is_own) {
  memory_.records_[page].begin_family(is_own ? *lineage_ : lineage_->root(), at);
}

void UserSpace::own_page(const Fault& fault, FrameNumber page) {
  PageRecord& record = memory_.records_[page];
  record.content = PageContent::anonymous;
  record.is_exclusive = true;
  begin_family(page, fault.page, true);
  memory_.records_.add_mapping(page, {this, fault.page});
  count(page, 1);
  memory_.shortage_.added(page, PageKind::anonymous);
  if (fault.vma.has(vma_flag::locked)) memory_.shortage_.locked(page);
}

void UserSpace::add_mapping(const Vma& vma, FrameNumber page, VirtAddr at) {
  memory_.records_.add_mapping(page, {this, at});
  count(page, 1);
  if (memory_.records_[page].mappings == 1) memory_.shortage_.mapped(page);
  if (vma.has(vma_flag::locked)) memory_.shortage_.locked(page);
}

void UserSpace::count(FrameNumber page, std::int64_t pages) {
  const auto more = static_cast<std::uint64_t>(pages);
  switch (memory_.records_[page].content) {
    case PageContent::anonymous:
      resident_.anonymous += more;
      break;
    case PageContent::shared:
      resident_.shared += more;
      break;
    case PageContent::file:
      resident_.file += more;
      break;
    case PageContent::none:
      CHECK(false, "only pages of users are mapped");
  }
  resident_.peak = std::max(resident_.peak, resident_.resident());
}

// khugepaged_enter_vma.
void UserSpace::grown(const Vma& vma) {
  if (!ScannedSpace::is_linked() && memory_.may_be_huge(vma) && has_room_for_huge(vma.range))
    memory_.huge_scan_.enter(*this);
}

void UserSpace::set(PhysAddr slot, PageEntry entry) { tables_.format().write(memory_.frames_, slot, entry); }

void UserSpace::flush(PageRange range) {
  ++generation_;
  if (is_ending_) return;
  memory_.tlbs_.flush(*this, range);
  if (mirror_ != nullptr) mirror_->forget(range);
}

bool UserSpace::is_kept(PageRange range) const { return mirror_ != nullptr && mirror_->is_kept(range); }

bool UserSpace::take_accessed(VirtAddr at) {
  const WalkStep found = tables_.look_up(at).last();
  if (!found.entry.has(page_bit::accessed)) return false;
  set(found.slot, found.entry.without(page_bit::accessed));
  if (is_huge(found)) {
    flush_page(at);  // pmdp_clear_flush_young does
    return true;
  }
  memory_.tlbs_.aged(*this, at);
  if (mirror_ != nullptr) mirror_->forget_use(at);
  return true;
}

void UserSpace::clean_page(VirtAddr at) {
  const WalkStep found = tables_.look_up(at).last();
  const PageEntry clean = found.entry.without(page_bit::dirty | page_bit::writable);
  if (clean == found.entry) return;
  set(found.slot, clean);
  flush_page(at);
}

void UserSpace::give_up_page(VirtAddr at) {
  PageRecord& record = memory_.records_[entry_at(at).frame()];
  if (record.content != PageContent::anonymous || !record.has_slot) {
    replace_page(at, PageEntry());
    return;
  }
  memory_.swap_.get(record.slot);
  ++resident_.swapped;
  replace_page(at, swap_entry(record.slot, tables_.format(), record.is_exclusive ? page_bit::swapped_exclusive : 0));
}

void UserSpace::lose_page(VirtAddr at) { replace_page(at, PageEntry()); }

void UserSpace::lose_pages(const PageStore& store, std::uint64_t first) {
  for (const Vma& vma : map_.vmas().all()) {
    if (vma.is_anonymous() || vma.object->store() != &store) continue;
    const std::uint64_t before = first <= vma.page_offset ? 0 : first - vma.page_offset;
    if (before >= vma.range.pages()) continue;
    discard(vma, {vma.range.begin + before * page_bytes, vma.range.end}, Leaving::given_up);
  }
}

void UserSpace::replace_page(VirtAddr at, PageEntry absent) {
  const WalkStep found = tables_.look_up(at).last();
  const FrameNumber page = found.entry.frame();
  set(found.slot, absent);
  flush_page(at);
  count(page, -1);
  memory_.records_[page].is_exclusive = false;
  memory_.unmapped(page, {this, at}, found.entry);
}

}  // namespace signalbox
