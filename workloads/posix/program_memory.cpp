#include "workloads/posix/program_memory.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/task/pager.hpp"
#include "kernel/task/process.hpp"
#include "kernel/task/thread.hpp"
#include "workloads/posix/host_ranges.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t heap_gap = std::uint64_t{64} << 10U;
constexpr std::uint64_t stack_gap = std::uint64_t{1} << 20U;
constexpr VmaFlags readable = vma_flag::read | vma_flag::all_may;
constexpr VmaFlags read_and_written = readable | vma_flag::write;

AddressLayout layout_in(const AddressWindow& window) {
  AddressLayout layout{};
  layout.end = VirtAddr(0x7fff'ffff'f000);
  layout.stack_top = address_of(window.end());
  layout.mmap_base = VirtAddr(layout.stack_top.value() - ProgramMemory::stack_bytes - stack_gap);
  layout.legacy_base = address_of(window.begin()) + heap_gap;
  layout.pie_base = layout.fixed_base = layout.legacy_base;
  return layout;
}

}  // namespace

ProgramMemory::ProgramMemory(std::shared_ptr<ProgramFamily> family)
    : family_(std::move(family)), map_(layout_in(family_->window()), MapRules(), family_->commits(), *this) {
  family_->members.push_back(this);
  ++family_->changes;
}

ProgramMemory& ProgramMemory::of(const Process& process) {
  return static_cast<ProgramMemory&>(process.compiled->itself());
}

std::unique_ptr<ProgramMemory> ProgramMemory::begin(std::shared_ptr<ProgramFamily> family) {
  std::unique_ptr<ProgramMemory> memory(new ProgramMemory(std::move(family)));
  memory->family_->resident = memory.get();
  memory->add_image();
  const VirtAddr top = memory->map_.layout().stack_top;
  const PageRange stack{VirtAddr(top.value() - stack_bytes), top};
  memory->map_.add({.range = stack, .flags = read_and_written, .page_offset = pages_of(stack.begin.value())});
  if (!memory->family_->has_paging() && !memory->open(stack).has_value()) throw std::bad_alloc();
  return memory;
}

// Relatives find zeros where only this process has been.
ProgramMemory::~ProgramMemory() {
  frames_.leave();
  std::erase(family_->members, this);
  ++family_->changes;
  if (family_->resident != this) return;
  family_->resident = nullptr;
  for (const Vma& vma : map_.vmas().all()) {
    if (!is_own(vma.range) || !is_private(vma)) continue;
    for (const PageRange& part : family_->shared_addresses.common_with(vma.range)) family_->pages().clear(part);
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
  const bool has_frames = frames_.holds(*vma);
  if (has_frames && is_own(range) && frames_.is_attached()) return {};
  if (!has_frames && is_own(range) && show(*vma, range)) return {};
  TRY(map_.remove(range));
  return has_frames && !frames_.is_attached() ? Errno::enodev : Errno::enomem;
}

// Fresh pages, or those of what is shared.
Result<void> ProgramMemory::show(const Vma& vma, PageRange range) {
  if (!family_->world().mappings().has_room()) return Errno::enomem;
  const unsigned rights = rights_of(vma.flags);
  bool is_done = false;
  if (!is_private(vma)) {
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
      if (member == this || !member->map_.vmas().overlaps(part)) continue;
      HostRuns runs;
      member->find_own(part, 0, runs);
      for (const std::span<std::byte> run : runs) member->copy(run, member->saved_);
    }
  }
  family_->shared_addresses.add(range);
  ++family_->changes;
}

std::uint64_t ProgramMemory::shared_word(const Vma& vma, std::uint64_t at) {
  constexpr unsigned file_shift = 40;
  const std::uint64_t number = family_->number_of(*vma.object);
  return (number << file_shift) + (vma.page_offset << page_shift) + (at - vma.range.begin.value());
}

// Its place in the window, which begins at a multiple of its size.
std::uint64_t ProgramMemory::traced(std::uint64_t at) const {
  const bool is_inside = is_own({VirtAddr(at), VirtAddr(at)});
  return is_inside ? at - host_address(family_->window().begin()) : std::uint64_t{at != 0};
}

void ProgramMemory::add_thread(Thread& thread, UserMode& mode) {
  modes_[thread.tid] = &mode;
  running_ = &thread;
}

void ProgramMemory::remove_thread(Tid thread) {
  modes_.erase(thread);
  faults_.erase(thread);
  frames_.let_go(thread);
  if (running_ != nullptr && running_->tid == thread) running_ = nullptr;
}

FaultRecord& ProgramMemory::keep_fault(Tid thread, const FaultRecord& fault) {
  std::unique_ptr<FaultRecord>& kept = faults_[thread];
  if (kept == nullptr) kept = std::make_unique<FaultRecord>();
  kept->signal = fault.signal;
  kept->code = fault.code;
  kept->address = fault.address;
  kept->general = fault.general;
  kept->other_bytes = fault.other_bytes;
  std::copy_n(fault.others.begin(), fault.other_bytes, kept->others.begin());
  return *kept;
}

void ProgramMemory::begin_in(Thread& thread, Pager* pager) {
  Process& process = thread.process;
  running_ = &thread;
  pager_ = pager;
  map_.limits = process.memory_limits();
  if (process.space != nullptr && pager != nullptr) frames_.attach(*process.space, pager->ram_descriptor(), map_);
}

bool ProgramMemory::is_absent(std::uint64_t at, Access access) {
  if (running_ == nullptr) return false;
  frames_.make_room();
  return may_be_absent(at) && !frames_.access(*running_->memory.mmu, VirtAddr(at), access);
}

bool ProgramMemory::may_be_absent(std::uint64_t at) const {
  const Vma* const vma = map_.vmas().find(VirtAddr(at));
  return vma != nullptr && may_be_absent(*vma);
}

// What a fault would bring in without a wait is there.
std::size_t ProgramMemory::present(const Vma& vma, std::uint64_t at, std::size_t bytes, Access access) {
  if (!frames_.holds(vma)) return bytes;
  if (running_ == nullptr) return 0;
  std::size_t done = 0;
  while (done < bytes) {
    const bool has_room = frames_.has_room();  // what was reached before must stay
    if (!has_room || !bring_in_at_once(at + done, access)) {
      lacked_ = {at + done, access};
      return done;
    }
    done += page_bytes - (at + done) % page_bytes;
  }
  return bytes;
}

bool ProgramMemory::bring_in_at_once(std::uint64_t at, Access access) {
  while (!frames_.access(*running_->memory.mmu, VirtAddr(at), access)) {
    if (!pager_->resolve_at_once(*running_, running_->memory.mmu->fault())) return false;
  }
  return true;
}

void ProgramMemory::keep_pages(std::uint64_t at, std::size_t bytes) {
  if (running_ != nullptr && frames_.is_in_use()) frames_.keep(running_->tid, VirtAddr(at), bytes);
}

void ProgramMemory::let_go() {
  if (running_ != nullptr) frames_.let_go(running_->tid);
}

void ProgramMemory::resumed(Thread& thread) {
  running_ = &thread;
  lacked_.reset();
  make_resident();
  modes_.find(thread.tid)->second->make_current();
}

Result<std::unique_ptr<ProgramMemory>> ProgramMemory::fork() {
  std::unique_ptr<ProgramMemory> child(new ProgramMemory(family_));
  TRY(child->map_.copy_from(map_));
  for (const Vma& vma : map_.vmas().all()) {
    if (is_own(vma.range) && is_private(vma)) family_->shared_addresses.add(vma.range);
  }
  ++family_->changes;
  family_->pages().begin_sharing();
  for (const std::span<std::byte> run : own_runs(vma_flag::not_in_fork | vma_flag::wiped_in_fork)) {
    copy(run, child->saved_);
  }
  apply_rights(mapped());
  return child;
}

void ProgramMemory::protect(PageRange range, VmaFlags flags) {
  if (may_be_absent(range.begin.value())) return frames_.pages().protect(range, flags);
  if (is_own(range) || is_image(range)) family_->pages().protect(range, rights_of(flags));
  if (is_image(range)) look_at_header();
}

// A relative's bytes there are saved before a frame takes their place.
void ProgramMemory::grown(const Vma& vma) {
  if (!frames_.holds(vma)) return;
  give_way(vma.range);
  frames_.changed(vma);
}

void ProgramMemory::relock(const Vma& vma, PageRange range) {
  if (may_be_absent(range.begin.value())) frames_.pages().relock(vma, range);
}

void ProgramMemory::advise(const Vma& vma, PageRange range, std::int32_t advice) {
  if (may_be_absent(range.begin.value())) frames_.pages().advise(vma, range, advice);
}

bool ProgramMemory::is_resident(const Vma& vma, VirtAddr page) const {
  return !may_be_absent(vma) || frames_.pages().is_resident(vma, page);
}

void ProgramMemory::discard(const Vma& vma, PageRange range, Leaving why) {
  const bool goes = why == Leaving::unmapped;
  if (frames_.holds(vma)) {
    if (goes) frames_.unmapped(range);
    if (!goes && frames_.is_attached()) frames_.pages().discard(vma, range, why);
    return;
  }
  const bool is_here = family_->resident == this;
  if (is_own(range)) {
    if (goes && !is_mapped_by_others(range)) {
      family_->pages().close(range);
    } else if (is_here && is_private(vma)) {
      family_->pages().clear(range);
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
  if (frames_.holds(*vma)) return frames_.is_attached() ? frames_.pages().move(from, to) : Errno::enomem;
  if (!is_private(*vma)) return show(*map_.vmas().find(to), target);
  const unsigned rights = rights_of(vma->flags);
  if (!is_mapped_by_others(from)) return pages.move(from, to) ? Result<void>() : Errno::enomem;
  if (!pages.open(target, rights | AddressWindow::may_write)) return Errno::enomem;
  pages.allow(from, AddressWindow::may_read);
  std::memcpy(bytes_of(target).data(), bytes_of(from).data(), from.bytes());
  pages.clear(from);
  pages.protect(target, rights);
  pages.protect(from, rights);
  return {};
}

}  // namespace signalbox
