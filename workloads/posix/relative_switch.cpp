// A switch between relatives: whose bytes are at the addresses that both know.
#include <cstring>

#include "kernel/base/check.hpp"
#include "workloads/posix/host_ranges.hpp"
#include "workloads/posix/program_memory.hpp"

namespace signalbox {
namespace {

constexpr unsigned read_and_write = AddressWindow::may_read | AddressWindow::may_write;

}  // namespace

void ProgramMemory::make_resident() {
  ProgramMemory* const before = family_->resident;
  if (before == this) [[likely]]
    return;
  if (before == nullptr || !switch_again(*before)) switch_from(before);
  family_->resident = this;
}

// Since a switch that only copied, nothing that is mapped has changed, and the host has given nobody a page: then the
// same bytes change places.
bool ProgramMemory::switch_again(ProgramMemory& before) {
  if (copied_from_ != &before || copied_at_ != family_->state()) return false;
  return before.saved_.change_places_with(saved_);
}

void ProgramMemory::switch_from(ProgramMemory* before) {
  static const SavedBytes nothing;
  const ProgramFamily::State state = family_->state();
  if (before != nullptr) before->save();
  take_places();
  const RangeSet here = mapped();
  load(before != nullptr ? before->saved_ : nothing, here);
  apply_rights(here);
  copied_from_ = family_->state() == state ? before : nullptr;
  copied_at_ = state;
}

// What the process has touched of a range; what others share with it is not its own. Nor is what a child does not get,
// whose flags are in `without`.
void ProgramMemory::find_own(PageRange range, VmaFlags without, HostRuns& runs) const {
  map_.vmas().each_in(range, [&](const Vma& vma, PageRange part) {
    if (!is_private(vma) || vma.has_any(without)) return;
    if (is_image(part)) {
      runs.push_back(bytes_of(part));  // pages that nobody has touched are not zeros there
    } else {
      family_->touched().find(bytes_of(part), runs);
    }
  });
}

ProgramMemory::HostRuns ProgramMemory::own_runs(VmaFlags without) const {
  HostRuns runs;
  find_own(range_of(family_->program().data()), without, runs);
  for (const PageRange& part : family_->shared_addresses.common_with(range_of(family_->window())))
    find_own(part, without, runs);
  return runs;
}

void ProgramMemory::copy(std::span<std::byte> run, SavedBytes& to) {
  family_->pages().allow(range_of(run), AddressWindow::may_read);
  to.add(run);
}

// What is moved must have rights of one kind.
void ProgramMemory::save() {
  saved_.clear();
  for (const std::span<std::byte> run : own_runs()) {
    if (run.size() >= SavedBytes::least_moved) {
      family_->pages().protect(range_of(run), read_and_write);
      if (saved_.move(run)) continue;
    }
    copy(run, saved_);
  }
}

// Where the host has something for it.
RangeSet ProgramMemory::mapped() const {
  RangeSet mapped;
  for (const Vma& vma : map_.vmas().all()) {
    if (!frames_.holds(vma)) mapped.add(vma.range);
  }
  frames_.add_shown(mapped);
  return mapped;
}

// Pages that only the one before has touched read as zeros; where the process has nothing they go, or whoever comes
// after it would find them. What was moved away has left zeros.
void ProgramMemory::load(const SavedBytes& left_by, const RangeSet& here) {
  for (const SavedBytes::Run& run : left_by.runs()) {
    const PageRange range = range_of({run.at, run.bytes});
    map_.vmas().each_in(range, [&](const Vma& vma, PageRange part) {
      if (is_private(vma)) wipe(part);
    });
    for (const PageRange& hole : here.missing_of(range)) {
      if (is_own(hole)) family_->pages().clear(hole);
    }
  }
  for (const SavedBytes::Run& run : saved_.runs()) {
    family_->pages().allow(range_of({run.at, run.bytes}), read_and_write);
  }
  saved_.restore();
  for (const MovedPages& pages : saved_.moved()) family_->pages().describe(range_of(pages.pages()), read_and_write);
}

void ProgramMemory::wipe(PageRange range) {
  family_->pages().allow(range, read_and_write);
  const std::span<std::byte> bytes = bytes_of(range);
  for (std::size_t at = 0; at < bytes.size(); at += page_bytes) {
    if (saved_.holds(&bytes[at])) continue;
    std::memset(&bytes[at], 0, page_bytes);
    ++family_->changes;
  }
}

// The memory of each mapping is where the process knows it, whatever a relative has there.
void ProgramMemory::take_places() {
  for (const Vma& vma : map_.vmas().all()) {
    if (!is_own(vma.range) || frames_.holds(vma)) continue;
    const Result<FamilyPages::File> file = is_private(vma) ? FamilyPages::File() : family_->file_of(*vma.object);
    CHECK(file.has_value() && family_->pages().require(vma.range, *file, vma.page_offset << page_shift),
          "the host maps again what it has mapped before");
  }
  frames_.take_places();
}

// What only relatives have is nobody's while this is resident.
void ProgramMemory::apply_rights(const RangeSet& here) {
  for (const Vma& vma : map_.vmas().all()) {
    const bool is_here = is_own(vma.range) || is_image(vma.range);
    if (is_here && !frames_.holds(vma)) family_->pages().protect(vma.range, rights_of(vma.flags));
  }
  family_->pages().hide_all_but(here);
}

}  // namespace signalbox
