#include "workloads/posix/frame_pages.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "kernel/base/check.hpp"
#include "workloads/posix/host_ranges.hpp"
#include "workloads/posix/program_memory.hpp"

namespace signalbox {
namespace {

constexpr unsigned wide_address_bits = 48;
constexpr std::uint32_t ram_number = std::numeric_limits<std::uint32_t>::max();

// What the overcommit account was promised, the program's own map knows.
constexpr VmaFlags flags_in_space(const Vma& vma) { return vma.flags & ~vma_flag::accounted; }

// As a walk would set them, but that a page which was not written yet is shown for reading only: so its first write
// comes here, and the entry gets its dirty bit.
unsigned rights_of(PageEntry entry, VmaFlags flags) {
  const bool is_written = entry.has(page_bit::writable | page_bit::dirty);
  return AddressWindow::may_read | (is_written ? AddressWindow::may_write : 0) | (flags & vma_flag::exec);
}

bool allows(unsigned rights, Access access) {
  switch (access) {
    case Access::read:
      return true;
    case Access::write:
      return (rights & AddressWindow::may_write) != 0;
    case Access::execute:
      return (rights & AddressWindow::may_execute) != 0;
  }
  std::unreachable();
}

PageRange page_at(VirtAddr at) {
  const VirtAddr begin = at.aligned_down(page_bytes);
  return {begin, begin + page_bytes};
}

}  // namespace

bool FramePages::is_of_file(const Vma& vma) {
  if (vma.is_anonymous()) return false;
  const PageStore* const store = vma.object->store();
  return store == nullptr || store->kind() == PageStore::Kind::file;
}

bool FramePages::holds(const Vma& vma) const {
  return is_of_file(vma) || (family_.has_paging() && range_of(family_.window()).begin <= vma.range.begin &&
                             vma.range.end <= range_of(family_.window()).end);
}

bool FramePages::is_here() const { return family_.resident == &owner_; }

FamilyPages::File FramePages::ram() const { return {.number = ram_number, .descriptor = ram_}; }

void FramePages::attach(UserSpace& space, int ram, const AddressMap& map) {
  if (space.tables().format().address_bits < wide_address_bits) return;
  space_ = &space;
  ram_ = ram;
  std::vector<PageRange> strange;
  for (const Vma& vma : space.map().vmas().all()) {
    VirtAddr at = vma.range.begin;
    map.vmas().each_in(vma.range, [&](const Vma& own, PageRange part) {
      if (!holds(own) || own.object != vma.object) return;
      strange.push_back({at, part.begin});
      at = part.end;
    });
    strange.push_back({at, vma.range.end});
  }
  for (const PageRange& range : strange) unmapped(range);
  for (const Vma& vma : map.vmas().all()) {
    if (holds(vma)) changed(vma);
  }
  space.set_mirror(this);
}

void FramePages::leave() {
  if (space_ != nullptr) unmapped({VirtAddr(), space_->map().layout().end});
  detach();
}

void FramePages::detach() {
  if (space_ == nullptr) return;
  forget({VirtAddr(), space_->map().layout().end});
  space_->set_mirror(nullptr);
  space_ = nullptr;
}

void FramePages::changed(const Vma& vma) {
  if (space_ == nullptr) return;
  AddressMap& map = space_->map();
  for (VirtAddr at = vma.range.begin; at < vma.range.end;) {
    const Vma* const there = map.vmas().first_ending_above(at);
    const bool is_hole = there == nullptr || there->range.begin > at;
    const VirtAddr next = there == nullptr ? vma.range.end : is_hole ? there->range.begin : there->range.end;
    const PageRange part{at, std::min(next, vma.range.end)};
    if (is_hole) {
      map.add(
          {.range = part, .flags = flags_in_space(vma), .object = vma.object, .page_offset = vma.page_offset_of(at)});
    } else if (there->flags != flags_in_space(vma)) {
      CHECK(map.change_flags(part, flags_in_space(vma)).has_value(), "the program's own map has at least as many VMAs");
    }
    at = part.end;
  }
}

void FramePages::unmapped(PageRange range) {
  if (space_ == nullptr || range.begin >= range.end) return;
  CHECK(space_->map().remove(range).has_value(), "the program's own map has at least as many VMAs");
}

// The entry is what the walk has made of it: used, and dirty after a write.
bool FramePages::access(Mmu& mmu, VirtAddr at, Access access) {
  if (space_ == nullptr) return false;
  const PageRange page = page_at(at);
  if (const auto known = shown_.find(page.begin); known != shown_.end() && allows(known->second.rights, access))
    return true;
  if (mmu.run(at, 1, access).empty()) return false;
  const PageEntry entry = space_->entry_at(at);
  const Shown shown{.frame = entry.frame(), .rights = rights_of(entry, space_->map().vmas().find(at)->flags)};
  shown_.insert_or_assign(page.begin, shown);
  CHECK(family_.pages().show(page, ram(), address_of(shown.frame).value(), shown.rights),
        "the host maps pages of the emulated RAM");
  return true;
}

void FramePages::forget(PageRange range) {
  const auto first = shown_.lower_bound(range.begin);
  const auto last = shown_.lower_bound(range.end);
  for (auto each = is_here() ? first : last; each != last;) {
    PageRange run{each->first, each->first};
    for (; each != last && each->first == run.end; ++each) run.end += page_bytes;
    family_.pages().close(run);
  }
  if (first != last) ++family_.changes;
  shown_.erase(first, last);
}

void FramePages::keep(Tid thread, VirtAddr at, std::size_t bytes) {
  if (bytes > 0) kept_[thread].add({page_at(at).begin, page_at(at + (bytes - 1)).end});
}

bool FramePages::is_kept(PageRange range) const {
  return std::ranges::any_of(kept_, [&](const auto& each) { return !each.second.common_with(range).empty(); });
}

std::size_t FramePages::room() const { return family_.world().mappings().has_room() ? most_shown : least_shown; }

void FramePages::make_room() {
  if (shown_.size() > room() / 2) forget({VirtAddr(), space_->map().layout().end});
}

void FramePages::take_places() {
  for (const auto& [begin, shown] : shown_) {
    const PageRange page{begin, begin + page_bytes};
    CHECK(family_.pages().require(page, ram(), address_of(shown.frame).value()), "the host maps what it has mapped");
    family_.pages().protect(page, shown.rights);
  }
}

void FramePages::add_shown(RangeSet& here) const {
  for (const auto& [begin, shown] : shown_) here.add({begin, begin + page_bytes});
}

}  // namespace signalbox
