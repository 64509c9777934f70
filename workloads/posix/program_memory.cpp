#include "workloads/posix/program_memory.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/exec/host_bytes.hpp"
#include "kernel/task/thread.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t heap_gap = std::uint64_t{64} << 10U;
constexpr std::uint64_t stack_gap = std::uint64_t{1} << 20U;
constexpr VmaFlags readable = vma_flag::read | vma_flag::all_may;
constexpr VmaFlags read_and_written = readable | vma_flag::write;

VirtAddr address_of(const std::byte* at) { return VirtAddr(host_address(at)); }
std::span<std::byte> bytes_of(PageRange range) { return host_bytes(range.begin.value(), range.bytes()); }
PageRange range_of(std::span<const std::byte> bytes) {
  return {address_of(bytes.data()), address_of(bytes.data() + bytes.size())};
}
PageRange range_of(const AddressWindow& window) { return {address_of(window.begin()), address_of(window.end())}; }

AddressLayout layout_in(const AddressWindow& window) {
  AddressLayout layout{};
  layout.end = VirtAddr(0x7fff'ffff'f000);
  layout.stack_top = address_of(window.end());
  layout.mmap_base = VirtAddr(layout.stack_top.value() - ProgramMemory::stack_bytes - stack_gap);
  layout.legacy_base = address_of(window.begin()) + heap_gap;
  layout.pie_base = layout.fixed_base = layout.legacy_base;
  return layout;
}

unsigned rights_of(VmaFlags flags) {
  return flags & (AddressWindow::may_read | AddressWindow::may_write | AddressWindow::may_execute);
}
static_assert(vma_flag::read == AddressWindow::may_read && vma_flag::write == AddressWindow::may_write &&
              vma_flag::exec == AddressWindow::may_execute);

bool is_shared(const Vma& vma) { return vma.has(vma_flag::shared); }

}  // namespace

ProgramMemory::ProgramMemory(std::shared_ptr<ProgramFamily> family)
    : family_(std::move(family)), map_(layout_in(family_->window()), MapRules(), family_->commits(), *this) {
  family_->members.push_back(this);
}

std::unique_ptr<ProgramMemory> ProgramMemory::begin(std::shared_ptr<ProgramFamily> family) {
  std::unique_ptr<ProgramMemory> memory(new ProgramMemory(std::move(family)));
  memory->family_->resident = memory.get();
  memory->add_image();
  const VirtAddr top = memory->map_.layout().stack_top;
  const PageRange stack{VirtAddr(top.value() - stack_bytes), top};
  memory->map_.add({.range = stack, .flags = read_and_written, .page_offset = pages_of(stack.begin.value())});
  if (!memory->open(stack).has_value()) throw std::bad_alloc();
  return memory;
}

// Relatives find zeros where only this process has been.
ProgramMemory::~ProgramMemory() {
  std::erase(family_->members, this);
  if (family_->resident != this) return;
  family_->resident = nullptr;
  for (const Vma& vma : map_.vmas().all()) {
    if (!is_own(vma.range) || is_shared(vma)) continue;
    for (const PageRange& part : family_->shared_addresses.common_with(vma.range)) AddressWindow::clear(bytes_of(part));
  }
}

// The image's own pages are the host loader's: they are described, and never mapped or unmapped.
void ProgramMemory::add_image() {
  const PageRange whole = range_of(family_->program().whole());
  const PageRange data = range_of(family_->program().data());
  const VmaFlags code = readable | vma_flag::exec;
  map_.add({.range = {whole.begin, data.begin}, .flags = code, .page_offset = pages_of(whole.begin.value())});
  map_.add({.range = data, .flags = read_and_written, .page_offset = pages_of(data.begin.value())});
  family_->pages().describe({whole.begin, data.begin}, rights_of(code));
  family_->pages().describe(data, rights_of(read_and_written));
  map_.parts = {.code_begin = whole.begin,
                .code_end = data.begin,
                .data_begin = data.begin,
                .data_end = data.end,
                .heap_begin = map_.layout().legacy_base,
                .heap_end = map_.layout().legacy_base};
}

void ProgramMemory::look_at_header() {
  constexpr std::size_t bytes = sizeof(SignalboxImageHeader);
  has_header_ &= reachable(host_address(&family_->header()), bytes, Access::write) == bytes;
}

bool ProgramMemory::is_own(PageRange range) const {
  const PageRange window = range_of(family_->window());
  return range.begin >= window.begin && range.end <= window.end && range.begin <= range.end;
}

bool ProgramMemory::is_image(PageRange range) const {
  const PageRange whole = range_of(family_->program().whole());
  return range.begin >= whole.begin && range.end <= whole.end;
}

bool ProgramMemory::maps(const MemoryObject& object) const {
  return std::ranges::any_of(map_.vmas().all(), [&](const Vma& vma) { return vma.object.get() == &object; });
}

Result<void> ProgramMemory::open(PageRange range) {
  if (range.bytes() == 0) return {};
  give_way(range);
  const Vma* const vma = map_.vmas().find(range.begin);
  CHECK(vma != nullptr, "what is opened has been mapped");
  if (is_own(range) && show(*vma, range)) return {};
  TRY(map_.remove(range));
  return Errno::enomem;
}

// Fresh pages, or those of what is shared.
Result<void> ProgramMemory::show(const Vma& vma, PageRange range) {
  const unsigned rights = rights_of(vma.flags);
  bool is_done = false;
  if (is_shared(vma)) {
    const FamilyPages::File file = TRY(family_->file_of(*vma.object));
    is_done = family_->pages().show(range, file, vma.page_offset_of(range.begin) << page_shift, rights);
  } else {
    is_done = family_->pages().open(range, rights);
  }
  if (!is_done) return Errno::enomem;
  return {};
}

bool ProgramMemory::is_mapped_by_others(PageRange range) const {
  return std::ranges::any_of(family_->members, [&](const ProgramMemory* member) {
    return member != this && member->map_.vmas().overlaps(range);
  });
}

// Relatives may have mapped the same addresses since the fork: what of it only they had is saved from now on.
void ProgramMemory::give_way(PageRange range) {
  if (!is_mapped_by_others(range)) return;
  for (const PageRange& part : family_->shared_addresses.missing_of(range)) {
    for (ProgramMemory* member : family_->members) {
      if (member != this && member->map_.vmas().overlaps(part)) member->capture(part, member->saved_);
    }
  }
  family_->shared_addresses.add(range);
}

// What the process has touched of a range; what others share with it is not its own. Nor is what a child does not get,
// whose flags are in `without`.
void ProgramMemory::capture(PageRange range, SavedBytes& to, VmaFlags without) {
  std::vector<std::span<std::byte>> runs;
  map_.vmas().each_in(range, [&](const Vma& vma, PageRange part) {
    if (is_shared(vma) || vma.has_any(without)) return;
    if (is_image(part)) {
      runs.push_back(bytes_of(part));  // pages that nobody has touched are not zeros there
    } else {
      family_->touched().find(bytes_of(part), runs);
    }
  });
  for (const std::span<std::byte> run : runs) {
    family_->pages().allow(range_of(run), AddressWindow::may_read);
    to.add(run);
  }
}

void ProgramMemory::capture_all(SavedBytes& to, VmaFlags without) {
  capture(range_of(family_->program().data()), to, without);
  for (const PageRange& part : family_->shared_addresses.common_with(range_of(family_->window())))
    capture(part, to, without);
}

void ProgramMemory::save() {
  saved_.clear();
  capture_all(saved_);
}

RangeSet ProgramMemory::mapped() const {
  RangeSet mapped;
  for (const Vma& vma : map_.vmas().all()) mapped.add(vma.range);
  return mapped;
}

// Pages that only the one before has touched read as zeros; where the process has nothing they go, or whoever comes
// after it would find them.
void ProgramMemory::load(const SavedBytes& left_by, const RangeSet& here) {
  for (const SavedBytes::Run& run : left_by.runs()) {
    const PageRange range = range_of({run.at, run.bytes});
    map_.vmas().each_in(range, [&](const Vma& vma, PageRange part) {
      if (!is_shared(vma)) wipe(part);
    });
    for (const PageRange& hole : here.missing_of(range)) {
      if (is_own(hole)) AddressWindow::clear(bytes_of(hole));
    }
  }
  for (const SavedBytes::Run& run : saved_.runs()) {
    family_->pages().allow(range_of({run.at, run.bytes}), rights_of(read_and_written));
  }
  saved_.restore();
}

void ProgramMemory::wipe(PageRange range) {
  family_->pages().allow(range, rights_of(read_and_written));
  const std::span<std::byte> bytes = bytes_of(range);
  for (std::size_t at = 0; at < bytes.size(); at += page_bytes) {
    if (!saved_.holds(&bytes[at])) std::memset(&bytes[at], 0, page_bytes);
  }
}

// The memory of each mapping is where the process knows it, whatever a relative has there.
void ProgramMemory::take_places() {
  for (const Vma& vma : map_.vmas().all()) {
    if (!is_own(vma.range)) continue;
    const Result<FamilyPages::File> file = is_shared(vma) ? family_->file_of(*vma.object) : FamilyPages::File();
    CHECK(file.has_value() && family_->pages().require(vma.range, *file, vma.page_offset << page_shift),
          "the host maps again what it has mapped before");
  }
}

// What only relatives have is nobody's while this is resident.
void ProgramMemory::apply_rights(const RangeSet& here) {
  for (const Vma& vma : map_.vmas().all()) {
    if (is_own(vma.range) || is_image(vma.range)) family_->pages().protect(vma.range, rights_of(vma.flags));
  }
  family_->pages().hide_all_but(here);
}

std::uint64_t ProgramMemory::shared_word(const Vma& vma, std::uint64_t at) {
  constexpr unsigned file_shift = 40;
  const Result<FamilyPages::File> file = family_->file_of(*vma.object);
  CHECK(file.has_value(), "what is mapped has its file");
  return (std::uint64_t{file->number} << file_shift) + (vma.page_offset << page_shift) + (at - vma.range.begin.value());
}

// Its place in the window, which begins at a multiple of its size.
std::uint64_t ProgramMemory::traced(std::uint64_t at) const {
  const bool is_inside = is_own({VirtAddr(at), VirtAddr(at)});
  return is_inside ? at - host_address(family_->window().begin()) : std::uint64_t{at != 0};
}

void ProgramMemory::resumed(Thread& thread) {
  make_resident();
  modes_.find(thread.tid)->second->make_current();
}

void ProgramMemory::make_resident() {
  ProgramMemory* const before = family_->resident;
  if (before == this) [[likely]]
    return;
  static const SavedBytes nothing;
  if (before != nullptr) before->save();
  take_places();
  const RangeSet here = mapped();
  load(before != nullptr ? before->saved_ : nothing, here);
  apply_rights(here);
  saved_.clear();
  family_->resident = this;
}

Result<std::unique_ptr<ProgramMemory>> ProgramMemory::fork() {
  std::unique_ptr<ProgramMemory> child(new ProgramMemory(family_));
  TRY(child->map_.copy_from(map_));
  for (const Vma& vma : map_.vmas().all()) {
    if (is_own(vma.range) && !is_shared(vma)) family_->shared_addresses.add(vma.range);
  }
  capture_all(child->saved_, vma_flag::not_in_fork | vma_flag::wiped_in_fork);
  apply_rights(mapped());
  return child;
}

void ProgramMemory::protect(PageRange range, VmaFlags flags) {
  if (is_own(range) || is_image(range)) family_->pages().protect(range, rights_of(flags));
  if (is_image(range)) look_at_header();
}

void ProgramMemory::discard(const Vma& vma, PageRange range, Leaving why) {
  const bool goes = why == Leaving::unmapped;
  const bool is_here = family_->resident == this;
  if (is_own(range)) {
    if (goes && !is_mapped_by_others(range)) {
      family_->pages().close(range);
    } else if (is_here && !is_shared(vma)) {
      AddressWindow::clear(bytes_of(range));
    }
  }
  if (goes && is_here && (is_own(range) || is_image(range))) family_->pages().protect(range, 0);
  if (goes && is_image(range)) look_at_header();
}

Result<void> ProgramMemory::move(PageRange from, VirtAddr to) {
  const PageRange target{to, to + from.bytes()};
  if (!is_own(target) || !is_own(from)) return Errno::enomem;
  give_way(target);
  FamilyPages& pages = family_->pages();
  const Vma* const vma = map_.vmas().find(from.begin);
  CHECK(vma != nullptr, "what moves is mapped where it was and where it goes");
  if (is_shared(*vma)) return show(*map_.vmas().find(to), target);
  const unsigned rights = rights_of(vma->flags);
  if (!is_mapped_by_others(from)) return pages.move(from, to) ? Result<void>() : Errno::enomem;
  if (!pages.open(target, rights | AddressWindow::may_write)) return Errno::enomem;
  pages.allow(from, AddressWindow::may_read);
  std::memcpy(bytes_of(target).data(), bytes_of(from).data(), from.bytes());
  AddressWindow::clear(bytes_of(from));
  pages.protect(target, rights);
  pages.protect(from, rights);
  return {};
}

}  // namespace signalbox
