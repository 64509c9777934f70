#include "kernel/mm/mmu.hpp"

#include <algorithm>

namespace signalbox {
namespace {

constexpr std::size_t fast_slots = 4096;

std::size_t bytes_to_page_end(VirtAddr at) { return page_bytes - (at.value() & (page_bytes - 1)); }

}  // namespace

std::uint32_t PageFault::error_code() const {
  constexpr std::uint32_t protection = 1U << 0U;
  constexpr std::uint32_t write = 1U << 1U;
  constexpr std::uint32_t user = 1U << 2U;
  constexpr std::uint32_t fetch = 1U << 4U;
  return user | (kind == Kind::forbidden ? protection : 0) | (access == Access::write ? write : 0) |
         (access == Access::execute ? fetch : 0);
}

Mmu::Mmu(PhysicalMemory& memory, const MmuConfig& config)
    : memory_(memory),
      arena_(memory.arena().data()),
      slots_(config.tier == MmuTier::fast ? fast_slots : config.tlb.small_l1.sets),
      slot_mask_(slots_.size() - 1),
      tier_(config.tier),
      tlb_(config.tlb),
      walk_cache_(config.walk_cache) {}

void Mmu::load_root(const PageFormat& format, PhysAddr root, Asid asid, Known known) {
  format_ = &format;
  root_ = root;
  asid_ = asid;
  context_ = context_of_[asid.value()];
  if (known == Known::forget) {
    forget_all();
  } else if (context_ == 0) {
    renew_context();
  }
}

void Mmu::forget_all() {
  ++counters_.flushes;
  if (tier_ == MmuTier::exact) {
    tlb_.forget_all(asid_);
    walk_cache_.forget_all(asid_);
  }
  renew_context();
}

void Mmu::forget_page(VirtAddr at) {
  ++counters_.page_flushes;
  const PageName small{.number = at.value() >> page_shift, .size = PageSize::small};
  const unsigned large_shift = format_->levels[format_->large_level()].shift;
  const PageName large{.number = at.value() >> large_shift, .size = PageSize::large};
  drop_slots(small);
  if (has_had_large_) drop_slots(large);
  if (tier_ == MmuTier::fast) return;
  tlb_.forget(small, asid_);
  if (has_had_large_) tlb_.forget(large, asid_);
  walk_cache_.forget_all(asid_);
}

void Mmu::forget_range(VirtAddr first, VirtAddr last) {
  if ((last - first) / page_bytes + 1 > single_flush_ceiling) return forget_all();
  for (VirtAddr at = first; at - first <= last - first; at += page_bytes) forget_page(at);
}

std::span<std::byte> Mmu::run(VirtAddr at, std::size_t most, Access access) {
  ++accesses_;
  const Slot& slot = slot_of(at);
  const std::uint64_t tag = (at.value() & tag_bits<std::byte>) | context_;
  const bool is_known = tag == (access == Access::read ? slot.read_tag : slot.write_tag);
  std::byte* const begin = is_known && access != Access::execute ? host_byte(at, slot) : locate(at, access);
  if (begin == nullptr) return {};
  return {begin, std::min(most, bytes_to_page_end(at))};
}

std::size_t Mmu::copy_from(VirtAddr at, std::span<std::byte> to) {
  std::size_t done = 0;
  while (done < to.size()) {
    const auto bytes = run(at + done, to.size() - done, Access::read);
    if (bytes.empty()) break;
    std::memcpy(to.data() + done, bytes.data(), bytes.size());
    done += bytes.size();
  }
  return done;
}

std::size_t Mmu::copy_to(VirtAddr at, std::span<const std::byte> from) {
  std::size_t done = 0;
  while (done < from.size()) {
    const auto bytes = run(at + done, from.size() - done, Access::write);
    if (bytes.empty()) break;
    std::memcpy(bytes.data(), from.data() + done, bytes.size());
    done += bytes.size();
  }
  return done;
}

MmuCounters Mmu::counters() const {
  MmuCounters all = counters_;
  all.accesses = accesses_;
  return all;
}

// The slow path of load and store, which have counted the access.
bool Mmu::move(VirtAddr at, std::span<std::byte> bytes, Access access) {
  std::byte* const begin = locate(at, access);
  if (begin == nullptr) return false;
  const std::size_t head = std::min(bytes.size(), bytes_to_page_end(at));
  std::span<std::byte> tail;
  if (head < bytes.size()) {
    tail = run(at + head, bytes.size() - head, access);
    if (tail.empty()) return false;
  }
  if (access == Access::write) {
    std::memcpy(begin, bytes.data(), head);
    std::ranges::copy(bytes.subspan(head), tail.begin());
  } else {
    std::memcpy(bytes.data(), begin, head);
    std::ranges::copy(tail, bytes.begin() + static_cast<std::ptrdiff_t>(head));
  }
  return true;
}

// Where the byte is in the arena; null after a fault. Whatever the outcome, the page's slot is right afterwards.
std::byte* Mmu::locate(VirtAddr at, Access access) {
  CHECK(format_ != nullptr, "a root is loaded before the first access");
  if (!format_->is_canonical(at)) {
    fail(at, access, PageFault::Kind::not_canonical);
    return nullptr;
  }
  const auto mapped = tier_ == MmuTier::fast ? walk_tables(at, access) : look_up(at, access);
  return mapped ? host_byte(at, set_slot(at, *mapped)) : nullptr;
}

// By the TLB, and by a walk where it does not know the page or cannot serve the access: rights may have grown since,
// and the first write to a page sets its dirty bit.
std::optional<Mmu::Mapped> Mmu::look_up(VirtAddr at, Access access) {
  const unsigned large_shift = format_->levels[format_->large_level()].shift;
  const Tlb::Found found = tlb_.look_up(at, asid_, large_shift);
  if (found.level != Tlb::Level::l1) ++counters_.l1_misses;
  if (found.entry != nullptr && found.entry->serves(access)) return Mapped{found.page, *found.entry};
  if (found.entry != nullptr) {
    tlb_.forget(found.page, asid_);
    drop_set(found.page);
  }
  ++counters_.l2_misses;
  const auto mapped = walk_tables(at, access);
  if (mapped) tlb_.fill(mapped->page, asid_, mapped->entry);
  return mapped;
}

std::optional<Mmu::Mapped> Mmu::walk_tables(VirtAddr at, Access access) {
  const bool is_exact = tier_ == MmuTier::exact;
  const WalkStart from = is_exact ? walk_cache_.start(*format_, root_, at, asid_) : WalkStart{.table = root_};
  const Walk found = walk(memory_, *format_, from, at);
  if (is_exact) {
    counters_.walk_accesses += found.accesses;
    walk_cache_.learn(*format_, from, found, at, asid_);
  }
  if (!found.is_mapped || !found.rights.allow(access)) {
    fail(at, access, found.is_mapped ? PageFault::Kind::forbidden : PageFault::Kind::not_present);
    return std::nullopt;
  }
  mark_used(found, access);
  const WalkStep& leaf = found.last();
  const bool is_large = leaf.level != format_->last_level();
  has_had_large_ |= is_large;
  const bool is_dirty = access == Access::write || leaf.entry.has(page_bit::dirty);
  return Mapped{.page = {.number = at.value() >> format_->levels[leaf.level].shift,
                         .size = is_large ? PageSize::large : PageSize::small},
                .entry = {.frame = leaf.entry.frame(), .rights = found.rights, .is_dirty = is_dirty}};
}

// Sets the accessed bit at every level, and the dirty bit of a page that is written.
void Mmu::mark_used(const Walk& walk, Access access) {
  for (unsigned i = 0; i < walk.accesses; ++i) {
    const WalkStep& step = walk.steps[i];
    const bool is_written = access == Access::write && i + 1 == walk.accesses;
    const PageEntry used = step.entry.with(page_bit::accessed | (is_written ? page_bit::dirty : 0));
    if (used != step.entry) format_->write(memory_, step.slot, used);
  }
}

void Mmu::fail(VirtAddr at, Access access, PageFault::Kind kind) {
  ++counters_.faults;
  fault_ = {.at = at, .access = access, .kind = kind};
}

// Lets the slot stand for the page, which is the most recently used of its set.
const Mmu::Slot& Mmu::set_slot(VirtAddr at, const Mapped& mapped) {
  const auto& [page, entry] = mapped;
  if (tier_ == MmuTier::exact && page.size == PageSize::large) drop_rivals(page);
  const std::uint64_t page_base = at.aligned_down(page_bytes).value();
  const unsigned shift = page.size == PageSize::small ? page_shift : format_->levels[format_->large_level()].shift;
  Slot& slot = slot_of(at);
  slot.read_tag = page_base | context_;  // what a program may use at all it may read
  slot.write_tag = entry.serves(Access::write) ? page_base | context_ : 0;
  slot.to_physical = address_of(entry.frame).value() - (page.number << shift);
  slot.page = page;
  return slot;
}

// A large page has become the most recently used of its set: slots of the set's other pages, of any space, are not
// valid any more.
void Mmu::drop_rivals(PageName page) {
  for (Slot& slot : slots_) {
    const bool is_same = slot.page == page && (slot.read_tag & context_bits) == context_;
    if (is_in_set_of(page, slot) && !is_same) slot = {};
  }
}

// Every slot of the page's set: the page was looked up in vain, and may have driven out whom they stand for.
void Mmu::drop_set(PageName page) {
  if (page.size == PageSize::small) {
    slots_[page.number & slot_mask_] = {};
    return;
  }
  for (Slot& slot : slots_) {
    if (is_in_set_of(page, slot)) slot = {};
  }
}

// Every slot that came from the page, which is of the loaded space.
void Mmu::drop_slots(PageName page) {
  if (page.size == PageSize::small) {
    Slot& slot = slots_[page.number & slot_mask_];
    if (slot.page == page) slot = {};
    return;
  }
  if (tier_ == MmuTier::fast) return renew_context();  // it may have filled any number of them
  for (Slot& slot : slots_) {
    if (slot.page == page) slot = {};
  }
}

// Makes every slot of the loaded space invalid, by a number that none of them has.
void Mmu::renew_context() {
  if (++last_context_ == contexts) {
    std::ranges::fill(slots_, Slot{});
    context_of_.fill(0);
    last_context_ = (no_space >> context_shift) + 1;
  }
  context_ = context_of_[asid_.value()] = last_context_ << context_shift;
}

}  // namespace signalbox
