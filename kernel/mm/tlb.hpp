#pragma once

#include <cstdint>

#include "kernel/mm/associative_array.hpp"
#include "kernel/mm/page_walk.hpp"

namespace signalbox {

// The sizes of one CPU's TLB. By default Intel Skylake's: 64 small and 32 large pages for data, 1,536 of both behind.
struct TlbGeometry {
  CacheGeometry small_l1{16, 4};
  CacheGeometry large_l1{8, 4};
  CacheGeometry l2{128, 12};  // for both sizes
};

// A page of either size, numbered by its address divided by its size. One word, so that it stays in registers: of two
// members written apart the host waits when it copies both.
class PageName {
 public:
  constexpr PageName() = default;
  constexpr PageName(std::uint64_t number, PageSize size)
      : bits_(number << 1U | static_cast<std::uint64_t>(size == PageSize::large)) {}

  constexpr std::uint64_t number() const { return bits_ >> 1U; }
  constexpr PageSize size() const { return (bits_ & 1U) == 0 ? PageSize::small : PageSize::large; }
  constexpr LookupKey key(Asid asid) const { return LookupKey(number(), asid, size()); }
  constexpr bool operator==(const PageName&) const = default;

 private:
  std::uint64_t bits_ = 0;
};

// What is known of a page: enough to use it without a walk.
struct TlbEntry {
  FrameNumber frame;  // the page's first
  PageRights rights;
  bool is_dirty = false;  // a write has no dirty bit to set

  bool serves(Access access) const { return rights.allow(access) && (access != Access::write || is_dirty); }
};

// One CPU's translation lookaside buffer: two first levels, by page size, before a second for both. A hit in the second
// fills the first, a walk fills both, and what the first drops is dropped: neither contains the other. Entries are
// tagged by address space.
class Tlb {
 public:
  enum class Level : std::uint8_t { l1, l2, none };

  struct Found {
    const TlbEntry* entry = nullptr;  // in the first level, now the most recently used of its set; null: none
    PageName page;
    Level level = Level::none;
  };

  explicit Tlb(const TlbGeometry& geometry);

  // Looks in the first levels, then in the second. `large_shift` is that of the space's large pages.
  Found look_up(VirtAddr at, Asid asid, unsigned large_shift);
  // The same for a small page, if it is known, leads to the frame and serves; else nothing changes.
  Found look_up_if(PageName small, Asid asid, FrameNumber frame, Access access);
  // Enters what a walk found into both levels. Requires that it is in neither.
  const TlbEntry& fill(PageName page, Asid asid, const TlbEntry& entry);

  // How many entries of both levels are valid, of all address spaces.
  unsigned known() const { return small_l1_.known() + large_l1_.known() + l2_.known(); }

  void forget(PageName page, Asid asid);
  void forget_all(Asid asid);

  unsigned large_set_of(PageName page) const { return large_l1_.set_of(page.key(Asid())); }

 private:
  using Array = AssociativeArray<TlbEntry>;

  Array& first_level(PageSize size) { return size == PageSize::small ? small_l1_ : large_l1_; }

  Array small_l1_;
  Array large_l1_;
  Array l2_;
  bool has_had_large_ = false;  // else the looks for large pages are spared
};

// Every access that no slot stands for comes through here: a call would cost a sixth of it.
[[gnu::always_inline]] inline Tlb::Found Tlb::look_up(VirtAddr at, Asid asid, unsigned large_shift) {
  const PageName small(at.value() >> page_shift, PageSize::small);
  const PageName large(at.value() >> large_shift, PageSize::large);
  if (const TlbEntry* entry = small_l1_.touch(small.key(asid))) return {entry, small, Level::l1};
  if (has_had_large_) {
    if (const TlbEntry* entry = large_l1_.touch(large.key(asid))) return {entry, large, Level::l1};
  }
  if (const TlbEntry* entry = l2_.touch(small.key(asid))) {
    return {&small_l1_.insert(small.key(asid), *entry), small, Level::l2};
  }
  if (has_had_large_) {
    if (const TlbEntry* entry = l2_.touch(large.key(asid))) {
      return {&large_l1_.insert(large.key(asid), *entry), large, Level::l2};
    }
  }
  return {};
}

[[gnu::always_inline]] inline Tlb::Found Tlb::look_up_if(PageName small, Asid asid, FrameNumber frame, Access access) {
  const auto fits = [&](const TlbEntry& entry) { return entry.frame == frame && entry.serves(access); };
  if (const TlbEntry* entry = small_l1_.touch_if(small.key(asid), fits)) return {entry, small, Level::l1};
  if (const TlbEntry* entry = l2_.touch_if(small.key(asid), fits)) {
    return {&small_l1_.insert(small.key(asid), *entry), small, Level::l2};
  }
  return {};
}

}  // namespace signalbox
