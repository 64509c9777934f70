#include "tools/allocators/emulated_process.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/mm/space/brk.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/mmap.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "kernel/mm/space/mremap.hpp"
#include "kernel/mm/space/program_image.hpp"

namespace signalbox {
namespace {

MemoryConfig config_of(std::uint64_t bytes) {
  MemoryConfig config;
  config.bytes = bytes;
  config.randomises = false;
  return config;
}

}  // namespace

std::uint64_t ProcessCounts::all_calls() const { return std::accumulate(calls.begin(), calls.end(), std::uint64_t{0}); }

ProcessCounts& ProcessCounts::operator+=(const ProcessCounts& other) {
  std::ranges::transform(calls, other.calls, calls.begin(), std::plus());
  faults += other.faults;
  pages_zeroed += other.pages_zeroed;
  heap_words += other.heap_words;
  cleared_bytes += other.cleared_bytes;
  copied_bytes += other.copied_bytes;
  calls_time += other.calls_time;
  faults_time += other.faults_time;
  accesses_time += other.accesses_time;
  return *this;
}

EmulatedMachine::EmulatedMachine(const CostModel& costs, std::uint64_t ram_bytes)
    : costs_(costs), ram_(ram_bytes), memory_(ram_.bytes(), config_of(ram_bytes), *this, *this) {}

void EmulatedMachine::flush(const UserSpace& space, PageRange range) {
  Mmu* const mmu = mmus_[space.id().value()];
  if (mmu != nullptr && range.begin < range.end) mmu->forget_range(range.begin, VirtAddr(range.end.value() - 1));
}

void EmulatedMachine::aged(const UserSpace& space, VirtAddr page) {
  if (Mmu* const mmu = mmus_[space.id().value()]) mmu->forget_use(page, Asid(0));
}

std::unique_ptr<EmulatedProcess> EmulatedProcess::start(EmulatedMachine& machine) {
  const AddressSpaceId id(static_cast<std::uint32_t>(machine.mmus_.size()));
  machine.mmus_.push_back(nullptr);
  auto space = UserSpace::create(machine.memory_, id, plain_layout({}));
  if (!space.has_value()) return nullptr;
  return std::unique_ptr<EmulatedProcess>(new EmulatedProcess(machine, std::move(space).value()));
}

EmulatedProcess::EmulatedProcess(EmulatedMachine& machine, std::unique_ptr<UserSpace> space)
    : machine_(machine),
      costs_(machine.costs_),
      space_(std::move(space)),
      mmu_(std::make_unique<Mmu>(machine.memory_.frames())) {
  machine_.mmus_[space_->id().value()] = mmu_.get();
  mmu_->load_root(space_->tables().format(), space_->tables().root(), Asid(0), Mmu::Known::forget);
  // A program without text: the break begins above its data, the stack is where stacks are.
  Prng none(0);
  ProgramParts parts;
  parts.heap_begin = heap_begin(space_->map().layout(), space_->map().layout().pie_base, none);
  parts.heap_end = parts.heap_begin;
  space_->map().parts = parts;
}

// While there is an MMU to be told.
EmulatedProcess::~EmulatedProcess() {
  const AddressSpaceId id = space_->id();
  space_.reset();
  machine_.mmus_[id.value()] = nullptr;
}

void EmulatedProcess::spend(Duration time, Duration ProcessCounts::* what) {
  machine_.now_ += time;
  counts_.*what += time;
}

void EmulatedProcess::count(MemoryCall call) {
  ++counts_.calls[static_cast<std::size_t>(call)];
  spend(costs_.syscall, &ProcessCounts::calls_time);
}

VirtAddr EmulatedProcess::map(std::uint64_t bytes, std::uint64_t alignment) {
  const auto ask = [&](std::uint64_t length) {
    count(MemoryCall::mmap);
    const auto mapped = mmap(space_->map(), {.bytes = length});
    return mapped.has_value() ? mapped->at : VirtAddr();
  };
  const VirtAddr at = ask(bytes);
  if (at == VirtAddr() || at.value() % alignment == 0) return at;
  // More, of which what is in front and behind goes back.
  unmap(at, bytes);
  if (bytes + alignment < bytes) return {};
  const VirtAddr wide = ask(bytes + alignment);
  if (wide == VirtAddr()) return wide;
  const std::uint64_t front = (alignment - wide.value() % alignment) % alignment;
  if (front > 0) unmap(wide, front);
  if (front < alignment) unmap(wide + (front + bytes), alignment - front);
  return wide + front;
}

bool EmulatedProcess::unmap(VirtAddr at, std::uint64_t bytes) {
  count(MemoryCall::munmap);
  return munmap(space_->map(), at, bytes).has_value();
}

bool EmulatedProcess::purge(VirtAddr at, std::uint64_t bytes, alloc::Purge how) {
  count(MemoryCall::madvise);
  return madvise(space_->map(), at, bytes, how == alloc::Purge::lazy ? madv_free : madv_dontneed).has_value();
}

bool EmulatedProcess::move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) {
  count(MemoryCall::mremap);
  return mremap(space_->map(), {.at = at,
                                .old_bytes = bytes,
                                .new_bytes = to_bytes,
                                .flags = mremap_maymove | mremap_fixed,
                                .new_at = to})
      .has_value();
}

VirtAddr EmulatedProcess::resize(VirtAddr at, std::uint64_t bytes, std::uint64_t new_bytes) {
  count(MemoryCall::mremap);
  const auto moved =
      mremap(space_->map(), {.at = at, .old_bytes = bytes, .new_bytes = new_bytes, .flags = mremap_maymove});
  return moved.has_value() ? moved->at : VirtAddr();
}

// sbrk(3) knows where the break is: it asks the system once, and when it moves it (glibc, misc/sbrk.c).
VirtAddr EmulatedProcess::extend_break(std::int64_t by) {
  if (break_begin_ == VirtAddr()) {
    count(MemoryCall::brk);
    break_begin_ = space_->map().parts.heap_begin;
  }
  const VirtAddr old = space_->map().parts.heap_end;
  if (by == 0) return old;
  count(MemoryCall::brk);
  const VirtAddr wanted = old + static_cast<std::uint64_t>(by);
  return brk(space_->map(), wanted) == wanted ? old : VirtAddr();
}

VirtAddr EmulatedProcess::reserve(std::uint64_t bytes) {
  count(MemoryCall::mmap);
  const auto mapped =
      mmap(space_->map(), {.bytes = bytes, .prot = prot_none, .flags = map_private | map_anonymous | map_noreserve});
  return mapped.has_value() ? mapped->at : VirtAddr();
}

bool EmulatedProcess::make_usable(VirtAddr at, std::uint64_t bytes) {
  count(MemoryCall::mprotect);
  return mprotect(space_->map(), at, bytes, prot_read | prot_write).has_value();
}

// What the MMU did since the last time is paid for.
void EmulatedProcess::settle() {
  const MmuCounters now = mmu_->counters();
  const auto accesses = static_cast<std::int64_t>(now.accesses - priced_.accesses);
  const auto walked = static_cast<std::int64_t>(now.walk_accesses - priced_.walk_accesses);
  priced_ = now;
  spend(costs_.memory_access * accesses + costs_.walk_access * walked, &ProcessCounts::accesses_time);
}

bool EmulatedProcess::mend() {
  ++counts_.faults;
  spend(costs_.page_fault, &ProcessCounts::faults_time);
  const FaultPlan plan = space_->resolve(mmu_->fault());
  counts_.pages_zeroed += plan.work.pages_zeroed;
  const std::int64_t cleared = std::int64_t{plan.work.pages_zeroed} + plan.work.tables_made;
  spend(costs_.page_zero * cleared + costs_.page_copy * plan.work.pages_copied, &ProcessCounts::faults_time);
  is_dead_ = plan.step != FaultPlan::Step::retry;
  return !is_dead_;
}

std::span<std::byte> EmulatedProcess::access(VirtAddr at, std::uint64_t bytes, Access how) {
  while (!is_dead_) {
    const std::span<std::byte> found = mmu_->run(at, bytes, how);
    settle();
    if (!found.empty()) return found;
    mend();
  }
  return {};
}

std::uint64_t EmulatedProcess::load(VirtAddr at) {
  ++counts_.heap_words;
  const std::span<std::byte> bytes = access(at, sizeof(std::uint64_t), Access::read);
  std::uint64_t word = 0;
  if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());
  return word;
}

void EmulatedProcess::store(VirtAddr at, std::uint64_t word) {
  ++counts_.heap_words;
  const std::span<std::byte> bytes = access(at, sizeof word, Access::write);
  if (!bytes.empty()) std::memcpy(bytes.data(), &word, bytes.size());
}

void EmulatedProcess::zero(VirtAddr at, std::uint64_t bytes) {
  counts_.cleared_bytes += bytes;
  while (bytes > 0) {
    const std::span<std::byte> some = access(at, bytes, Access::write);
    if (some.empty()) return;
    std::ranges::fill(some, std::byte{0});
    at += some.size();
    bytes -= some.size();
  }
}

void EmulatedProcess::copy(VirtAddr to, VirtAddr from, std::uint64_t bytes) {
  counts_.copied_bytes += bytes;
  while (bytes > 0) {
    const std::span<std::byte> source = access(from, bytes, Access::read);
    if (source.empty()) return;
    // The second access may fault, which changes no other page here: there is no reclaim without swap.
    const std::span<std::byte> target = access(to, source.size(), Access::write);
    if (target.empty()) return;
    std::memmove(target.data(), source.data(), target.size());
    to += target.size();
    from += target.size();
    bytes -= target.size();
  }
}

bool EmulatedProcess::touch(VirtAddr at) {
  const std::span<std::byte> byte = access(at, 1, Access::write);
  if (!byte.empty()) byte[0] = std::byte{0x5a};
  return !byte.empty();
}

std::optional<std::uint64_t> EmulatedProcess::peek(VirtAddr at) const {
  if (space_->map().vmas().find(at) == nullptr) return std::nullopt;
  const PageEntry entry = space_->entry_at(at);
  if (!holds_page(entry)) return 0;
  return machine_.memory_.frames().read<std::uint64_t>(address_of(entry.frame()) + at.value() % page_bytes);
}

}  // namespace signalbox
