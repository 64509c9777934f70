#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "kernel/mm/page_walk.hpp"
#include "kernel/mm/segment_descriptor.hpp"

namespace signalbox {

// The processor's answer to a segment that cannot be loaded or used (Intel SDM volume 3, 6.15).
struct SegmentFault {
  enum class Kind : std::uint8_t { general_protection, stack_fault, not_present };  // #GP, #SS, #NP

  Kind kind = Kind::general_protection;
  std::uint16_t error_code = 0;  // the selector without its RPL; 0 if the fault is not the selector's

  bool operator==(const SegmentFault&) const = default;
};

enum class SegmentRegister : std::uint8_t { code, stack, data };

// A descriptor table in emulated RAM: the GDT, or an LDT.
class SegmentTable {
 public:
  static constexpr unsigned most_entries = 8192;

  // Has `entries` descriptors of 8 bytes from `base` on, whatever lies there.
  SegmentTable(PhysicalMemory& memory, PhysAddr base, unsigned entries);

  unsigned entries() const { return entries_; }
  Segment read(unsigned index) const;
  void write(unsigned index, const Segment& segment);

 private:
  PhysicalMemory* memory_;
  PhysAddr base_;
  unsigned entries_;
};

// A segment register's hidden part: what was read from the table when it was loaded. Nothing: the null selector.
struct LoadedSegment {
  std::optional<Segment> segment;
  SegmentRegister reg = SegmentRegister::data;

  // The linear address of [offset, offset + bytes), if the segment allows the access.
  std::expected<VirtAddr, SegmentFault> linear(std::uint32_t offset, std::uint32_t bytes, Access access) const;
};

// One processor's segmentation: the tables it uses, and the rules by which it loads registers.
class SegmentUnit {
 public:
  explicit SegmentUnit(const SegmentTable& gdt) : gdt_(&gdt) {}

  void set_ldt(const SegmentTable* ldt) { ldt_ = ldt; }  // null: none

  // Loads a register, at the privilege the processor runs with (CPL); a code segment as a far jump does. One memory
  // access, to the descriptor. Privilege 0 is the highest: data may be loaded if max(CPL, RPL) <= DPL.
  std::expected<LoadedSegment, SegmentFault> load(SegmentSelector selector, SegmentRegister reg,
                                                  std::uint8_t privilege) const;

 private:
  std::optional<Segment> find(SegmentSelector selector) const;

  const SegmentTable* gdt_;
  const SegmentTable* ldt_ = nullptr;
};

// Segmented paging: how many memory accesses it takes to reach the data behind a linear address. The descriptor, unless
// the register held it; the page tables; the data. With a flat page table that is three, or two.
struct SegmentedAccess {
  std::optional<PhysAddr> where;  // nothing: a page fault
  unsigned memory_accesses = 0;
};
enum class Descriptor : std::uint8_t { read, held };
SegmentedAccess segmented_access(const PhysicalMemory& memory, const PageFormat& format, PhysAddr root, VirtAddr linear,
                                 Descriptor descriptor);

}  // namespace signalbox
