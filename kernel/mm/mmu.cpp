#include "kernel/mm/mmu.hpp"

#include <algorithm>
#include <numeric>

namespace signalbox {

std::uint32_t PageFault::error_code(const PageFormat& format) const {
  constexpr std::uint32_t protection = 1U << 0U;
  constexpr std::uint32_t write = 1U << 1U;
  constexpr std::uint32_t user = 1U << 2U;
  constexpr std::uint32_t fetch = 1U << 4U;
  return user | (kind == Kind::forbidden ? protection : 0) | (access == Access::write ? write : 0) |
         (access == Access::execute && format.has_no_execute() ? fetch : 0);
}

Mmu::Mmu(PhysicalMemory& memory, const MmuConfig& config)
    : slot_mask_((config.tier == MmuTier::fast ? Slots::most : config.tlb.small_l1.sets) - 1),
      memory_(memory),
      tier_(config.tier),
      tlb_(config.tlb),
      walk_cache_(config.walk_cache) {
  if (tier_ == MmuTier::full) caches_.emplace(config.caches);
  CHECK(slot_mask_ < Slots::most, "every set has its slot");
  std::iota(slots_.places.begin(), slots_.places.end(), std::uint16_t{0});
}

void Mmu::load_root(const PageFormat& format, PhysAddr root, Asid asid, Known known) {
  CHECK(asid.value() < most_asids, "a CPU has few tags");
  if (format_ != &format) {
    format_ = &format;
    large_shift_ = format.levels[format.large_level()].shift;
  }
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
  if (tier_ != MmuTier::fast) {
    tlb_.forget_all(asid_);
    walk_cache_.forget_all(asid_);
  }
  renew_context();
}

void Mmu::forget_page(VirtAddr at) {
  ++counters_.page_flushes;
  const PageName small(at.value() >> page_shift, PageSize::small);
  const PageName large(at.value() >> large_shift_, PageSize::large);
  drop_slots(small);
  if (has_had_large_) drop_slots(large);
  if (tier_ == MmuTier::fast) return;
  tlb_.forget(small, asid_);
  if (has_had_large_) tlb_.forget(large, asid_);
  walk_cache_.forget_all(asid_);
}

void Mmu::forget_use(VirtAddr at, Asid asid) {
  const PageName page(at.value() >> page_shift, PageSize::small);
  const std::size_t slot = page.number() & slot_mask_;
  if (slots_.pages[slot] == page) drop_slot(slot);  // be it of another space
  if (tier_ != MmuTier::fast) tlb_.forget(page, asid);
}

void Mmu::forget_range(VirtAddr first, VirtAddr last) {
  first = first.aligned_down(page_bytes);
  if ((last - first) / page_bytes + 1 > single_flush_ceiling) return forget_all();
  for (VirtAddr at = first; at - first <= last - first; at += page_bytes) forget_page(at);
}

std::size_t Mmu::copy_from(VirtAddr at, std::span<std::byte> to) {
  std::size_t done = 0;
  while (done < to.size()) {
    const auto bytes = span(at + done, to.size() - done, Access::read);
    if (bytes.empty()) break;
    std::memmove(to.data() + done, bytes.data(), bytes.size());  // they may be the same page of a file
    done += bytes.size();
  }
  return done;
}

std::size_t Mmu::copy_to(VirtAddr at, std::span<const std::byte> from) {
  std::size_t done = 0;
  while (done < from.size()) {
    const auto bytes = span(at + done, from.size() - done, Access::write);
    if (bytes.empty()) break;
    std::memmove(bytes.data(), from.data() + done, bytes.size());
    done += bytes.size();
  }
  return done;
}

MmuCounters& MmuCounters::operator+=(const MmuCounters& other) {
  accesses += other.accesses;
  l1_misses += other.l1_misses;
  l2_misses += other.l2_misses;
  walk_accesses += other.walk_accesses;
  faults += other.faults;
  flushes += other.flushes;
  page_flushes += other.page_flushes;
  return *this;
}

MmuCounters Mmu::counters() const {
  MmuCounters all = counters_;
  all.accesses = accesses_and_budget_ - budget_;
  return all;
}

// A load or store, already counted as one access, of which a part lies in the next page.
bool Mmu::move_across(VirtAddr at, std::span<std::byte> bytes, Access access) {
  const std::size_t head = bytes_to_page_end(at);
  std::byte* const begin = locate(at, head, access);
  if (begin == nullptr) return false;
  const std::span<std::byte> tail = run(at + head, bytes.size() - head, access);
  if (tail.empty()) return false;
  if (access == Access::write) {
    std::memcpy(begin, bytes.data(), head);
    std::ranges::copy(bytes.subspan(head), tail.begin());
  } else {
    std::memcpy(bytes.data(), begin, head);
    std::ranges::copy(tail, bytes.begin() + static_cast<std::ptrdiff_t>(head));
  }
  return true;
}

PhysAddr Mmu::physical(VirtAddr at, PageName page, const TlbEntry& entry) const {
  const unsigned shift = page.size() == PageSize::small ? page_shift : large_shift_;
  return address_of(entry.frame) + (at.value() - (page.number() << shift));
}

// Lets the slot stand for the page, which is the most recently used of its set.
inline void Mmu::set_slot(VirtAddr at, PageName page, bool is_writable, std::uint64_t to_host) {
  if (tier_ == MmuTier::exact && page.size() == PageSize::large) drop_rivals(page);
  const std::uint64_t tag = at.aligned_down(page_bytes).value() | context_;
  const std::size_t slot = slot_of(at);
  const std::size_t place = place_of(at);
  const std::size_t before = slots_.places[slot];
  slots_.read_tags[before] = slots_.write_tags[before] = 0;
  slots_.read_tags[place] = tag;  // what a program may use at all it may read
  slots_.write_tags[place] = is_writable ? tag : 0;
  slots_.to_host[place] = to_host;
  slots_.places[slot] = static_cast<std::uint16_t>(place);
  slots_.pages[slot] = page;
}

// The bytes of a page that is the most recently used of its set. In tier full there are no slots: every access has to
// be seen by the caches.
[[gnu::always_inline]] inline std::byte* Mmu::reach(VirtAddr at, std::size_t bytes, PageName page,
                                                    const TlbEntry& entry) {
  const PhysAddr where = physical(at, page, entry);
  const std::uint64_t host = memory_.host_address(where);
  if (caches_) {
    caches_->touch(where, bytes);
  } else {
    set_slot(at, page, entry.serves(Access::write), host - at.value());
  }
  return PhysicalMemory::host_pointer(host);
}

// Whether an access to the page needs no walk and leads to where the host says: then it is made, but for its count.
// Else nothing has happened.
[[gnu::always_inline]] inline bool Mmu::extends(VirtAddr page, FrameNumber frame, std::uint64_t host, Access access) {
  const std::size_t place = place_of(page);
  if ((page.value() | context_) == (access == Access::read ? slots_.read_tags : slots_.write_tags)[place])
    return slots_.to_host[place] == host - page.value();
  if (tier_ == MmuTier::fast) return false;
  const PageName name(page.value() >> page_shift, PageSize::small);
  const Tlb::Found found = tlb_.look_up_if(name, asid_, frame, access);
  if (found.entry == nullptr) return false;
  if (found.level != Tlb::Level::l1) ++counters_.l1_misses;
  set_slot(page, name, found.entry->serves(Access::write), host - page.value());
  return true;
}

std::span<std::byte> Mmu::span(VirtAddr at, std::size_t most, Access access) {
  const std::span<std::byte> first = run(at, most, access);
  if (first.size() == most || first.empty() || access == Access::execute || caches_) return first;
  VirtAddr page = at + first.size();
  std::uint64_t host = std::bit_cast<std::uint64_t>(first.data()) + first.size();
  FrameNumber frame = frame_at(memory_.address_at(host));
  std::size_t bytes = first.size();
  while (bytes < most && extends(page, frame, host, access)) {
    ++accesses_and_budget_;
    frame = frame_after(frame, 1);
    page += page_bytes;
    host += page_bytes;
    bytes += page_bytes;
  }
  return {first.data(), std::min(bytes, most)};
}

// Where the bytes, all of one page, are; null after a fault. Whatever the outcome, the page's slot is right afterwards.
std::byte* Mmu::locate(VirtAddr at, std::size_t bytes, Access access) {
  CHECK(format_ != nullptr, "a root is loaded before the first access");
  if (!format_->is_canonical(at)) {
    fail(at, access, PageFault::Kind::not_canonical);
    return nullptr;
  }
  if (tier_ != MmuTier::fast) {
    const Tlb::Found found = tlb_.look_up(at, asid_, large_shift_);
    if (found.level != Tlb::Level::l1) ++counters_.l1_misses;
    if (found.entry != nullptr && found.entry->serves(access)) return reach(at, bytes, found.page, *found.entry);
    prepare_walk(found);
  }
  const auto mapped = walk_tables(at, access);
  if (!mapped) return nullptr;
  if (tier_ != MmuTier::fast) tlb_.fill(mapped->page, asid_, mapped->entry);
  return reach(at, bytes, mapped->page, mapped->entry);
}

// The TLB does not know the page, or cannot serve the access: rights may have grown since, and the first write to a
// page sets its dirty bit. What it knows is forgotten.
void Mmu::prepare_walk(const Tlb::Found& found) {
  ++counters_.l2_misses;
  if (found.entry == nullptr) return;
  tlb_.forget(found.page, asid_);
  drop_set(found.page);
}

std::optional<Mmu::Mapped> Mmu::walk_tables(VirtAddr at, Access access) {
  const bool is_modelled = tier_ != MmuTier::fast;
  const WalkStart from = is_modelled ? walk_cache_.start(*format_, root_, at, asid_) : WalkStart{.table = root_};
  const Walk found = walk(memory_, *format_, from, at);
  if (is_modelled) {
    counters_.walk_accesses += found.accesses;
    walk_cache_.learn(*format_, from, found, at, asid_);
  }
  for (unsigned i = 0; caches_ && i < found.accesses; ++i) caches_->touch(found.steps[i].slot, format_->entry_bytes);
  if (!found.is_mapped || !found.rights.allow(access)) {
    fail(at, access, found.is_mapped ? PageFault::Kind::forbidden : PageFault::Kind::not_present);
    return std::nullopt;
  }
  mark_used(found, access);
  const WalkStep& leaf = found.last();
  const bool is_large = leaf.level != format_->last_level();
  has_had_large_ |= is_large;
  const bool is_dirty = access == Access::write || leaf.entry.has(page_bit::dirty);
  return Mapped{
      .page = PageName(at.value() >> format_->levels[leaf.level].shift, is_large ? PageSize::large : PageSize::small),
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

void Mmu::drop_slot(std::size_t slot) {
  const std::size_t place = slots_.places[slot];
  slots_.read_tags[place] = slots_.write_tags[place] = 0;
  slots_.pages[slot] = {};
}

void Mmu::drop_all_slots() {
  for (std::size_t slot = 0; slot <= slot_mask_; ++slot) drop_slot(slot);
}

// A large page has become the most recently used of its set: slots of the set's other pages, of any space, are not
// valid any more.
void Mmu::drop_rivals(PageName page) {
  for (std::size_t slot = 0; slot <= slot_mask_; ++slot) {
    const std::uint64_t tag = slots_.read_tags[slots_.places[slot]];
    const bool is_same = slots_.pages[slot] == page && (tag & context_bits) == context_;
    if (is_in_set_of(page, slot) && !is_same) drop_slot(slot);
  }
}

// Every slot of the page's set: the page was looked up in vain, and may have driven out whom they stand for.
void Mmu::drop_set(PageName page) {
  if (page.size() == PageSize::small) return drop_slot(page.number() & slot_mask_);
  for (std::size_t slot = 0; slot <= slot_mask_; ++slot) {
    if (is_in_set_of(page, slot)) drop_slot(slot);
  }
}

// Every slot that came from the page, which is of the loaded space.
void Mmu::drop_slots(PageName page) {
  if (page.size() == PageSize::small) {
    const std::size_t slot = page.number() & slot_mask_;
    if (slots_.pages[slot] == page) drop_slot(slot);
    return;
  }
  if (tier_ == MmuTier::fast) return renew_context();  // it may have filled any number of them
  for (std::size_t slot = 0; slot <= slot_mask_; ++slot) {
    if (slots_.pages[slot] == page) drop_slot(slot);
  }
}

// Makes every slot of the loaded space invalid, by a number that none of them has.
void Mmu::renew_context() {
  if (++last_context_ == contexts) {
    drop_all_slots();
    context_of_.fill(0);
    last_context_ = (no_space >> context_shift) + 1;
  }
  context_ = context_of_[asid_.value()] = last_context_ << context_shift;
}

}  // namespace signalbox
