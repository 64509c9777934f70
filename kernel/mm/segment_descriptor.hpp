#pragma once

#include <cstdint>

namespace signalbox {

// What a segment register is loaded with: which entry of which table, and with whose privilege it is asked for (Intel
// SDM volume 3, 3.4.2).
struct SegmentSelector {
  enum class Table : std::uint8_t { gdt, ldt };

  std::uint16_t index = 0;  // below 8192
  Table table = Table::gdt;
  std::uint8_t requested_privilege = 0;  // RPL

  constexpr std::uint16_t bits() const {
    return static_cast<std::uint16_t>(std::uint32_t{index} << 3U | (table == Table::ldt ? 4U : 0U) |
                                      requested_privilege);
  }
  static constexpr SegmentSelector of(std::uint16_t bits) {
    return {.index = static_cast<std::uint16_t>(bits >> 3U),
            .table = (bits & 4U) != 0 ? Table::ldt : Table::gdt,
            .requested_privilege = static_cast<std::uint8_t>(bits & 3U)};
  }
  // Entry 0 of the GDT is no segment: a register may hold it, and no access may use it.
  constexpr bool is_null() const { return index == 0 && table == Table::gdt; }
  bool operator==(const SegmentSelector&) const = default;
};

// A code or data segment, as a descriptor of 8 bytes says it (3.4.5).
struct Segment {
  std::uint32_t base = 0;
  std::uint32_t limit = 0;      // 20 bits: the last offset, in bytes or in pages
  bool counts_pages = false;    // G: the limit is in units of 4 KiB
  bool is_wide = false;         // D/B: 32-bit offsets
  bool is_code = false;         // else data
  bool is_expand_down = false;  // of data: valid are the offsets above the limit; of code: conforming
  bool is_open = false;         // of data: writable; of code: readable
  bool is_system = false;       // S is 0: no memory, but a gate, a task or an LDT
  std::uint8_t privilege = 0;   // DPL
  bool is_present = false;

  std::uint64_t bits() const;
  static Segment of(std::uint64_t bits);

  // Whether all of [offset, offset + bytes) is valid. Requires bytes > 0.
  bool contains(std::uint32_t offset, std::uint32_t bytes) const;
  bool operator==(const Segment&) const = default;
};

}  // namespace signalbox
