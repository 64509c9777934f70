#include "workloads/posix/program_memory.hpp"

#include <algorithm>
#include <cstring>
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
bool is_plain(const Vma& vma) { return vma.has(vma_flag::read | vma_flag::write); }

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
  CHECK(memory->open(stack).has_value(), "a fresh window has room for a stack");
  return memory;
}

// Relatives find zeros where only this process has been.
ProgramMemory::~ProgramMemory() {
  std::erase(family_->members, this);
  if (family_->resident != this) return;
  family_->resident = nullptr;
  for (const Vma& vma : map_.vmas().all()) {
    if (!is_own(vma.range) || is_shared(vma)) continue;
    for (const PageRange& part : family_->shared_addresses.common_with(vma.range)) {
      if (!is_plain(vma)) set_rights(part, read_and_written);
      AddressWindow::clear(bytes_of(part));
    }
  }
}

// The image's own pages are the host loader's: they are described, and never mapped or unmapped.
void ProgramMemory::add_image() {
  const PageRange whole = range_of(family_->program().whole());
  const PageRange data = range_of(family_->program().data());
  const VmaFlags code = readable | vma_flag::exec;
  map_.add({.range = {whole.begin, data.begin}, .flags = code, .page_offset = pages_of(whole.begin.value())});
  map_.add({.range = data, .flags = read_and_written, .page_offset = pages_of(data.begin.value())});
  map_.parts = {.code_begin = whole.begin,
                .code_end = data.begin,
                .data_begin = data.begin,
                .data_end = data.end,
                .heap_begin = map_.layout().legacy_base,
                .heap_end = map_.layout().legacy_base};
}

bool ProgramMemory::is_own(PageRange range) const {
  const PageRange window = range_of(family_->window());
  return range.begin >= window.begin && range.end <= window.end && range.begin <= range.end;
}

Result<void> ProgramMemory::open(PageRange range) {
  if (range.bytes() == 0) return {};
  give_way(range);
  const Vma* const vma = map_.vmas().find(range.begin);
  CHECK(vma != nullptr, "what is opened has been mapped");
  if (is_own(range) && family_->window().open(bytes_of(range), rights_of(vma->flags))) return {};
  TRY(map_.remove(range));
  return Errno::enomem;
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

// What the process has touched of a range; what others share with it is not its own.
void ProgramMemory::capture(PageRange range, SavedBytes& to) {
  std::vector<std::span<std::byte>> runs;
  for (const Vma& vma : map_.vmas().all()) {
    if (vma.range.begin >= range.end || vma.range.end <= range.begin || is_shared(vma)) continue;
    const PageRange part{std::max(range.begin, vma.range.begin), std::min(range.end, vma.range.end)};
    if (!is_plain(vma)) set_rights(part, read_and_written);
    family_->touched().find(bytes_of(part), runs);
  }
  for (const std::span<std::byte> run : runs) to.add(run);
}

void ProgramMemory::capture_shared(SavedBytes& to) {
  const std::span<std::byte> data = family_->program().data();
  to.add(data);
  for (const PageRange& part : family_->shared_addresses.common_with(range_of(family_->window()))) capture(part, to);
}

void ProgramMemory::save() {
  saved_.clear();
  capture_shared(saved_);
}

// Pages that only the one before has touched read as zeros.
void ProgramMemory::load(const SavedBytes& left_by) {
  for (const SavedBytes::Run& run : left_by.runs()) {
    for (std::byte* page = run.at; page < run.at + run.bytes; page += page_bytes) {
      if (!saved_.holds(page)) std::memset(page, 0, page_bytes);
    }
  }
  saved_.restore();
  restore_rights();
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
  load(before != nullptr ? before->saved_ : nothing);
  saved_.clear();
  family_->resident = this;
}

Result<std::unique_ptr<ProgramMemory>> ProgramMemory::fork() {
  std::unique_ptr<ProgramMemory> child(new ProgramMemory(family_));
  TRY(child->map_.copy_from(map_));
  for (const Vma& vma : map_.vmas().all()) {
    if (is_own(vma.range) && !is_shared(vma)) family_->shared_addresses.add(vma.range);
  }
  capture_shared(child->saved_);
  restore_rights();
  return child;
}

// Of what capturing made readable and what relatives have in its place.
void ProgramMemory::restore_rights() {
  for (const Vma& vma : map_.vmas().all()) {
    if (is_own(vma.range) && !is_plain(vma)) set_rights(vma.range, vma.flags);
  }
}

void ProgramMemory::set_rights(PageRange range, VmaFlags flags) {
  CHECK(AddressWindow::protect(bytes_of(range), rights_of(flags)), "the host changes the rights of mapped pages");
}

void ProgramMemory::discard(const Vma& vma, PageRange range, Leaving why) {
  if (!is_own(range)) return;
  const bool goes = why == Leaving::unmapped && !is_mapped_by_others(range);
  if (goes) return family_->window().close(bytes_of(range));
  const bool is_elsewhere = family_->resident != this && !is_shared(vma);
  if (is_elsewhere || (is_shared(vma) && why == Leaving::unmapped)) return;
  if (!is_shared(vma)) AddressWindow::clear(bytes_of(range));
}

Result<void> ProgramMemory::move(PageRange from, VirtAddr to) {
  const PageRange target{to, to + from.bytes()};
  give_way(target);
  if (!is_own(target) || !is_own(from)) return Errno::enomem;
  if (is_mapped_by_others(from)) {
    const Vma* const vma = map_.vmas().find(from.begin);
    const unsigned rights = rights_of(vma == nullptr ? read_and_written : vma->flags);
    if (!family_->window().open(bytes_of(target), rights | AddressWindow::may_write)) return Errno::enomem;
    std::memcpy(bytes_of(target).data(), bytes_of(from).data(), from.bytes());
    AddressWindow::clear(bytes_of(from));
    return {};
  }
  if (!family_->window().move(bytes_of(from), bytes_of(target).data())) return Errno::enomem;
  return {};
}

}  // namespace signalbox
