#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "kernel/base/address.hpp"
#include "kernel/mm/page_entry.hpp"
#include "kernel/mm/physical_memory.hpp"

namespace signalbox {

inline constexpr unsigned most_levels = 4;

// One level of page tables: which bits of a virtual address choose the entry.
struct PageLevel {
  std::string_view name;  // Linux's: PGD, PUD, PMD, PTE
  unsigned shift;         // an entry stands for 2^shift bytes
  unsigned bits;          // a table has 2^bits entries
  bool has_large_pages;   // an entry with page_bit::large maps a page

  constexpr std::uint64_t entry_span() const { return std::uint64_t{1} << shift; }
  constexpr std::uint64_t entries() const { return std::uint64_t{1} << bits; }
  constexpr std::uint64_t index_of(VirtAddr at) const { return (at.value() >> shift) & (entries() - 1); }
  // The lowest address that an entry stands for, in the table that `at` is looked up in.
  constexpr VirtAddr begin_of(std::uint64_t index, VirtAddr at) const {
    return at.aligned_down(entry_span() << bits) + (index << shift);
  }
};

// How an architecture lays out page tables; all have pages of 4 KiB.
struct PageFormat {
  std::string_view name;
  unsigned address_bits;              // of a virtual address
  unsigned entry_bytes;               // 4 or 8
  bool sign_extends;                  // the bits above address_bits repeat the highest of them, or are zero
  std::span<const PageLevel> levels;  // the root first

  // Entries of 32 bits have no place for page_bit::no_execute.
  constexpr bool has_no_execute() const { return entry_bytes == 8; }
  constexpr unsigned last_level() const { return static_cast<unsigned>(levels.size()) - 1; }
  constexpr std::uint64_t table_bytes(unsigned level) const { return levels[level].entries() * entry_bytes; }
  // The order of the block that holds a table.
  unsigned table_order(unsigned level) const;
  bool is_canonical(VirtAddr at) const {
    const unsigned unused = 64 - address_bits;
    const std::uint64_t low = at.value() << unused;
    return at.value() ==
           (sign_extends ? static_cast<std::uint64_t>(static_cast<std::int64_t>(low) >> unused) : low >> unused);
  }
  // The level whose entries map large pages, 2 MiB or 4 MiB; the last level if there are none.
  unsigned large_level() const;

  // Where the entry for `at` lies in a table of that level.
  PhysAddr slot(PhysAddr table, unsigned level, VirtAddr at) const {
    return table + levels[level].index_of(at) * entry_bytes;
  }
  // An entry of a table whose bytes are at hand: to go through a table checks its place once.
  PageEntry read(const std::byte* slot) const {
    std::uint64_t bits = 0;  // the host is little endian, as x86 is
    if (entry_bytes == 8) {
      std::memcpy(&bits, slot, 8);
    } else {
      std::memcpy(&bits, slot, 4);
    }
    return PageEntry(bits);
  }
  void write(std::byte* slot, PageEntry entry) const {
    if (entry_bytes == 8) {
      const std::uint64_t bits = entry.bits();
      std::memcpy(slot, &bits, 8);
    } else {
      const std::uint32_t bits = narrow(entry);
      std::memcpy(slot, &bits, 4);
    }
  }
  PageEntry read(const PhysicalMemory& memory, PhysAddr slot) const {
    return PageEntry(entry_bytes == 8 ? memory.read<std::uint64_t>(slot) : memory.read<std::uint32_t>(slot));
  }
  void write(PhysicalMemory& memory, PhysAddr slot, PageEntry entry) const {
    if (entry_bytes == 8) {
      memory.write<std::uint64_t>(slot, entry.bits());
    } else {
      memory.write<std::uint32_t>(slot, narrow(entry));
    }
  }

  // An entry of 32 bits: it loses no_execute, and has no place for frames beyond 4 GiB.
  static std::uint32_t narrow(PageEntry entry) {
    const std::uint64_t bits = entry.without(page_bit::no_execute).bits();
    CHECK(bits >> 32U == 0, "an entry of 32 bits reaches frames below 4 GiB only");
    return static_cast<std::uint32_t>(bits);
  }
};

// Where an entry is in a table whose entries are Bits: for loops that ask a format for the size once.
template <class Bits>
struct EntryPlace {
  std::uint64_t index;

  PageEntry read(const std::byte* table) const {
    Bits bits;
    std::memcpy(&bits, table + index * sizeof bits, sizeof bits);
    return PageEntry(bits);
  }
  void write(std::byte* table, PageEntry entry) const {
    Bits bits;
    if constexpr (sizeof bits == 8) {
      bits = entry.bits();
    } else {
      bits = PageFormat::narrow(entry);
    }
    std::memcpy(table + index * sizeof bits, &bits, sizeof bits);
  }
};

// x86-64 with four levels (Intel SDM volume 3, 4.5); x86 with two and pages of 4 MiB (4.3); and the textbooks' flat
// table: one level of 2^20 entries, 4 MiB for every process.
const PageFormat& x86_64_format();
const PageFormat& x86_32_format();
const PageFormat& flat_format();

}  // namespace signalbox
