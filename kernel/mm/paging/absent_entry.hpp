#pragma once

#include <cstdint>

#include "kernel/mm/page_entry.hpp"
#include "kernel/mm/page_format.hpp"
#include "kernel/mm/shortage/swap_area.hpp"

namespace signalbox {

// Bits of an entry that are the kernel's, as Linux has them on x86 (asm/pgtable_types.h, 6.1).
namespace page_bit {
inline constexpr std::uint64_t special = 1U << 9U;  // the page counts nowhere: the shared zero page
// Of an entry that is not present: a page stands there all the same, and nobody may use it (_PAGE_PROTNONE).
inline constexpr std::uint64_t no_rights = 1U << 8U;
// Of a swap entry: only this one knows the page (_PAGE_SWP_EXCLUSIVE).
inline constexpr std::uint64_t swapped_exclusive = 1U << 3U;
}  // namespace page_bit

// A page that is in swap, as its entry says (asm/pgtable_64.h, 6.1): bits 9 to 58 hold the slot's number inverted, 59
// to 63 the swap area's, which is 0; bit 3 says exclusive. In an entry of 32 bits the number has bits 9 to 31: so no
// entry is zero, and there are 2^23 - 1 slots.
inline constexpr unsigned swap_slot_shift = 9;

constexpr PageEntry swap_entry(SwapSlot slot, const PageFormat& format, std::uint64_t flags = 0) {
  const std::uint64_t slot_bits = (std::uint64_t{1} << (format.entry_bytes == 8 ? 50U : 23U)) - 1;
  return PageEntry(((~std::uint64_t{slot.value()} & slot_bits) << swap_slot_shift) | flags);
}

// Whether a page of memory stands there, be it for nobody (pte_present).
constexpr bool holds_page(PageEntry entry) { return (entry.bits() & (page_bit::present | page_bit::no_rights)) != 0; }
constexpr bool is_swap_entry(PageEntry entry) { return entry.bits() != 0 && !holds_page(entry); }

constexpr std::uint32_t most_swap_slots(const PageFormat& format) {
  return format.entry_bytes == 8 ? ~std::uint32_t{0} : (1U << 23U) - 1;
}
constexpr SwapSlot slot_of(PageEntry entry, const PageFormat& format) {
  const auto inverted = static_cast<std::uint32_t>(~entry.bits() >> swap_slot_shift);
  return SwapSlot(format.entry_bytes == 8 ? inverted : inverted & ((1U << 23U) - 1));
}

}  // namespace signalbox
