#pragma once

#include <cstdint>

#include "kernel/mm/frame.hpp"

namespace signalbox {

// The bits of an entry of an x86 page table (Intel SDM volume 3, tables 4-5 to 4-20). 32-bit entries have the lower
// half. The processor ignores bits 9 to 11 and, in 64-bit entries, 52 to 58: they are the kernel's.
namespace page_bit {
inline constexpr std::uint64_t present = 1U << 0U;
inline constexpr std::uint64_t writable = 1U << 1U;
inline constexpr std::uint64_t user = 1U << 2U;
inline constexpr std::uint64_t write_through = 1U << 3U;
inline constexpr std::uint64_t cache_disabled = 1U << 4U;
inline constexpr std::uint64_t accessed = 1U << 5U;
inline constexpr std::uint64_t dirty = 1U << 6U;  // of an entry that maps a page
inline constexpr std::uint64_t large = 1U
                                       << 7U;  // maps a page above the lowest level; there it is PAT, a kind of caching
inline constexpr std::uint64_t no_execute = std::uint64_t{1} << 63U;

// What Linux puts into an entry that points to a table (_PAGE_TABLE); rights are decided at the page.
inline constexpr std::uint64_t table = present | writable | user | accessed | dirty;
}  // namespace page_bit

// One entry of a page table, by value.
class PageEntry {
 public:
  constexpr PageEntry() = default;
  constexpr explicit PageEntry(std::uint64_t bits) : bits_(bits) {}
  constexpr PageEntry(FrameNumber frame, std::uint64_t flags) : bits_(address_of(frame).value() | flags) {}

  constexpr std::uint64_t bits() const { return bits_; }
  constexpr bool has(std::uint64_t flags) const { return (bits_ & flags) == flags; }
  constexpr bool is_present() const { return has(page_bit::present); }
  // The page's or table's first frame; meaningless unless it is present.
  constexpr FrameNumber frame() const { return frame_at(PhysAddr(bits_ & address_mask)); }
  constexpr PhysAddr address() const { return PhysAddr(bits_ & address_mask); }

  constexpr PageEntry with(std::uint64_t flags) const { return PageEntry(bits_ | flags); }
  constexpr PageEntry without(std::uint64_t flags) const { return PageEntry(bits_ & ~flags); }
  constexpr bool operator==(const PageEntry&) const = default;

 private:
  static constexpr std::uint64_t address_mask = 0x000f'ffff'ffff'f000;

  std::uint64_t bits_ = 0;
};

}  // namespace signalbox
