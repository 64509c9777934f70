#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

#include "kernel/mm/data_caches.hpp"
#include "kernel/mm/tlb.hpp"
#include "kernel/mm/walk_cache.hpp"

namespace signalbox {

// How much of an access is modelled. What programs read, and which faults they take, is the same in all.
enum class MmuTier : std::uint8_t {
  fast,   // nothing: a table of recent pages, far larger than a TLB
  exact,  // TLB and walk caches, entry by entry
  full,   // the same, and the data caches, line by line; every access is slow
};

struct MmuConfig {
  MmuTier tier = MmuTier::exact;
  TlbGeometry tlb = {};
  WalkCacheGeometry walk_cache = default_walk_cache;
  DataCacheGeometry caches = {};  // of tier full
};

// Why an access could not be made.
struct PageFault {
  enum class Kind : std::uint8_t { not_present, forbidden, not_canonical };

  VirtAddr at;
  Access access = Access::read;
  Kind kind = Kind::not_present;

  // The error code that x86 pushes, for an access by a program (Intel SDM volume 3, 4.7): that it was a fetch is said
  // only where entries can forbid it.
  std::uint32_t error_code(const PageFormat& format) const;
  bool operator==(const PageFault&) const = default;
};

// What a CPU's MMU did. In tier `fast` no TLB is modelled: only accesses and faults are counted there.
struct MmuCounters {
  std::uint64_t accesses = 0;
  std::uint64_t l1_misses = 0;
  std::uint64_t l2_misses = 0;      // and so walks
  std::uint64_t walk_accesses = 0;  // to page tables
  std::uint64_t faults = 0;
  std::uint64_t flushes = 0;       // of all that is known of a space
  std::uint64_t page_flushes = 0;  // of one page

  MmuCounters& operator+=(const MmuCounters& other);
  bool operator==(const MmuCounters&) const = default;
};

// One CPU's memory management unit: every access of an emulated program goes through it. It reads the page tables in
// emulated RAM, sets their accessed and dirty bits, and remembers what it read until it is told to forget.
//
// The fast path is a table of slots that stand for pages just used. In tier `exact` there is one for each set of the
// first-level TLB, and a slot is valid only while its page is the most recently used of its set: such an access changes
// nothing in the TLB, so that counting it is all there is to do, and every counter is the same as without slots. Where
// in the table a slot stands follows from the page alone, in all tiers: so the compiler knows how to look for it.
// A slot's tag holds the page's address, the low bits that an aligned access has clear, and in between a number for the
// loaded address space; so one comparison finds whether page, alignment, rights and space are right. The object is
// 140 KiB large: it belongs on the heap.
class Mmu {
 public:
  explicit Mmu(PhysicalMemory& memory, const MmuConfig& config = {});
  Mmu(const Mmu&) = delete;
  Mmu& operator=(const Mmu&) = delete;

  enum class Known : std::uint8_t { keep, forget };

  // Loads a page-table root, as a move to CR3 does; `known` says whether what is remembered under the tag stays.
  void load_root(const PageFormat& format, PhysAddr root, Asid asid, Known known);
  // Forgets one page of the loaded space (INVLPG), or all. Whoever takes a right away, unmaps, or clears an accessed or
  // dirty bit says so here, on every CPU that has the space loaded.
  void forget_page(VirtAddr at);
  void forget_all();
  // The small page's accessed bit was cleared in a space that need not be loaded: the next access sets it again. No
  // flush, and counted as none.
  void forget_use(VirtAddr at, Asid asid);
  // As Linux does: page by page up to 33 pages (tlb_single_page_flush_ceiling), beyond that all.
  void forget_range(VirtAddr first, VirtAddr last);
  static constexpr std::uint64_t single_flush_ceiling = 33;

  // A T that a program reads or writes; nothing, or false, after a fault. One that crosses a page's end is two accesses
  // and takes a fault of either half before it moves a byte.
  template <class T>
  std::optional<T> load(VirtAddr at);
  template <class T>
  [[nodiscard]] bool store(VirtAddr at, T value);

  // The same where it is just a copy and paid for: within one page that was used lately, on an MMU with a budget.
  // False: nothing has happened.
  template <class T>
  bool load_at_once(VirtAddr at, T& value);
  template <class T>
  bool store_at_once(VirtAddr at, T value);

  // The bytes from `at` to the end of its page, at most `most`: one access. Empty after a fault. They are where they
  // are until the mapping changes.
  std::span<std::byte> run(VirtAddr at, std::size_t most, Access access);
  // The same, and the pages behind as long as the TLB knows them and their frames lie one after the other in RAM: one
  // access each. Counters are those of page by page; whoever walks through large buffers has fewer ends to mind.
  std::span<std::byte> span(VirtAddr at, std::size_t most, Access access);
  // Moves bytes out of and into a program's memory, one access a page; answers how many came before a fault.
  std::size_t copy_from(VirtAddr at, std::span<std::byte> to);
  std::size_t copy_to(VirtAddr at, std::span<const std::byte> from);

  // So many loads and stores may be made until whoever pays for them has to be asked; nothing happens by itself at
  // zero.
  std::uint64_t budget() const { return budget_; }
  void set_budget(std::uint64_t accesses) {
    accesses_and_budget_ += accesses - budget_;
    budget_ = accesses;
  }

  // The last fault.
  const PageFault& fault() const { return fault_; }
  MmuCounters counters() const;
  // How many TLB entries are valid now; none in tier fast.
  unsigned known_entries() const { return tlb_.known(); }
  // Of programs' accesses and of walks; all zero but in tier full.
  DataCacheCounters cache_counters() const { return caches_ ? caches_->counters() : DataCacheCounters{}; }

 private:
  // By what: a read looks at two words only, so that many pages' slots stay in the host's nearest cache.
  struct Slots {
    static constexpr std::size_t most = 4096;
    std::array<std::uint64_t, most> read_tags;  // 0 is no tag
    std::array<std::uint64_t, most> write_tags;
    std::array<std::uint64_t, most> to_host;  // from a virtual address to where its byte is, wrapping
    // By the slot's number: where it stands in those, and what it came from. Two slots never stand in one place, for
    // a place's lowest bits are the slot's number.
    std::array<std::uint16_t, most> places;
    std::array<PageName, most> pages;
  };
  struct Mapped {
    PageName page;
    TlbEntry entry;
  };

  static constexpr unsigned context_shift = 3;  // below: alignment of up to 8 bytes
  static constexpr unsigned contexts = 1U << (page_shift - context_shift);
  static constexpr std::uint64_t context_bits = std::uint64_t{contexts - 1} << context_shift;

  static constexpr std::uint64_t no_space = std::uint64_t{1} << context_shift;  // no slot has this number

  template <class T>
  static constexpr std::uint64_t tag_bits = ~(page_bytes - 1) | (sizeof(T) - 1);

  std::size_t slot_of(VirtAddr at) const { return (at.value() >> page_shift) & slot_mask_; }
  static std::size_t place_of(VirtAddr at) { return (at.value() >> page_shift) % Slots::most; }
  std::byte* host_byte(VirtAddr at) const {
    return PhysicalMemory::host_pointer(at.value() + slots_.to_host[place_of(at)]);
  }

  static std::size_t bytes_to_page_end(VirtAddr at) { return page_bytes - (at.value() & (page_bytes - 1)); }
  // What the fast path leaves, out of the way of the loops it is inlined into.
  template <class T>
  [[gnu::noinline]] bool load_slowly(VirtAddr at, T& value);
  template <class T>
  [[gnu::noinline]] bool store_slowly(VirtAddr at, T value);
  std::byte* locate(VirtAddr at, std::size_t bytes, Access access);
  bool extends(VirtAddr page, FrameNumber frame, std::uint64_t host, Access access);
  std::byte* reach(VirtAddr at, std::size_t bytes, PageName page, const TlbEntry& entry);
  void prepare_walk(const Tlb::Found& found);
  std::optional<Mapped> walk_tables(VirtAddr at, Access access);
  bool move_across(VirtAddr at, std::span<std::byte> bytes, Access access);
  void mark_used(const Walk& walk, Access access);
  void fail(VirtAddr at, Access access, PageFault::Kind kind);
  PhysAddr physical(VirtAddr at, PageName page, const TlbEntry& entry) const;
  void set_slot(VirtAddr at, PageName page, bool is_writable, std::uint64_t to_host);
  void drop_slot(std::size_t slot);
  void drop_all_slots();
  // Whether the slot stands for a page of the same set, both large.
  bool is_in_set_of(PageName page, std::size_t slot) const {
    const PageName& other = slots_.pages[slot];
    return other.size() == PageSize::large && tlb_.large_set_of(other) == tlb_.large_set_of(page);
  }
  void drop_rivals(PageName page);
  void drop_set(PageName page);
  void drop_slots(PageName page);
  void renew_context();

  std::uint64_t slot_mask_;
  std::uint64_t context_ = no_space;  // of the loaded space, in its place in a tag
  std::uint64_t budget_ = 0;
  std::uint64_t accesses_and_budget_ = 0;  // all accesses ever, and budget_: a load changes only that

  Slots slots_{};  // as many as slot_mask_ reaches are in use

  PhysicalMemory& memory_;
  MmuTier tier_;
  Tlb tlb_;
  WalkCache walk_cache_;
  std::optional<DataCaches> caches_;
  const PageFormat* format_ = nullptr;
  unsigned large_shift_ = 0;
  PhysAddr root_;
  Asid asid_;
  std::array<std::uint64_t, most_asids> context_of_{};  // 0: none yet
  std::uint64_t last_context_ = no_space >> context_shift;
  bool has_had_large_ = false;
  MmuCounters counters_;
  PageFault fault_;
};

inline std::span<std::byte> Mmu::run(VirtAddr at, std::size_t most, Access access) {
  ++accesses_and_budget_;
  const std::uint64_t tag = (at.value() & tag_bits<std::byte>) | context_;
  const bool is_known = tag == (access == Access::read ? slots_.read_tags : slots_.write_tags)[place_of(at)];
  const std::size_t bytes = std::min(most, bytes_to_page_end(at));
  std::byte* const begin = is_known && access != Access::execute ? host_byte(at) : locate(at, bytes, access);
  if (begin == nullptr) return {};
  return {begin, bytes};
}

// Counted once it has been made: with the counter's store in front of its loads the host takes a tenth longer.
template <class T>
std::optional<T> Mmu::load(VirtAddr at) {
  static_assert(std::is_trivially_copyable_v<T> && std::has_single_bit(sizeof(T)) && sizeof(T) <= 8);
  T value;
  if (((at.value() & tag_bits<T>) | context_) == slots_.read_tags[place_of(at)]) [[likely]] {
    std::memcpy(&value, host_byte(at), sizeof value);
    --budget_;
  } else if (!load_slowly(at, value)) {
    return std::nullopt;
  }
  return value;
}

template <class T>
bool Mmu::store(VirtAddr at, T value) {
  static_assert(std::is_trivially_copyable_v<T> && std::has_single_bit(sizeof(T)) && sizeof(T) <= 8);
  if (((at.value() & tag_bits<T>) | context_) != slots_.write_tags[place_of(at)]) [[unlikely]]
    return store_slowly(at, value);
  std::memcpy(host_byte(at), &value, sizeof value);
  --budget_;
  return true;
}

// Programs' loads are many: an optional would go through the stack, where its two halves are written apart and read as
// one, for which the host waits.
template <class T>
bool Mmu::load_at_once(VirtAddr at, T& value) {
  if (((at.value() & tag_bits<T>) | context_) != slots_.read_tags[place_of(at)] || budget_ == 0) [[unlikely]]
    return false;
  std::memcpy(&value, host_byte(at), sizeof value);
  --budget_;
  return true;
}

template <class T>
bool Mmu::store_at_once(VirtAddr at, T value) {
  if (((at.value() & tag_bits<T>) | context_) != slots_.write_tags[place_of(at)] || budget_ == 0) [[unlikely]]
    return false;
  std::memcpy(host_byte(at), &value, sizeof value);
  --budget_;
  return true;
}

// An optional would come through the stack, where its two halves are written apart and read as one, for which the host
// waits until the load itself is done.
template <class T>
bool Mmu::load_slowly(VirtAddr at, T& value) {
  --budget_;
  if (sizeof value > bytes_to_page_end(at))
    return move_across(at, std::as_writable_bytes(std::span(&value, 1)), Access::read);
  const std::byte* const begin = locate(at, sizeof value, Access::read);
  if (begin == nullptr) return false;
  std::memcpy(&value, begin, sizeof value);
  return true;
}

template <class T>
bool Mmu::store_slowly(VirtAddr at, T value) {
  --budget_;
  if (sizeof value > bytes_to_page_end(at))
    return move_across(at, std::as_writable_bytes(std::span(&value, 1)), Access::write);
  std::byte* const begin = locate(at, sizeof value, Access::write);
  if (begin == nullptr) return false;
  std::memcpy(begin, &value, sizeof value);
  return true;
}

}  // namespace signalbox
