#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/mm/segment_table.hpp"
#include "tools/memory/segment_file.hpp"
#include "tools/memory/table_ram.hpp"

namespace signalbox {

// A GDT and an LDT in emulated RAM; either may be empty.
class SegmentTables {
 public:
  SegmentTables(TableRam& ram, std::span<const SegmentRow> gdt, std::span<const SegmentRow> ldt);

  const SegmentTable& table_of(SegmentSelector selector) const;
  // Where the entry lies.
  PhysAddr slot_of(SegmentSelector selector) const;
  // All 8 bytes of an entry that is in its table.
  std::uint64_t bits_of(SegmentSelector selector) const;
  SegmentUnit unit() const;

 private:
  const TableRam* ram_;
  PhysAddr gdt_base_;
  PhysAddr ldt_base_;
  SegmentTable gdt_;
  SegmentTable ldt_;
};

// A logical address, and who uses it for what.
struct SegmentRequest {
  SegmentSelector selector;
  std::uint32_t offset = 0;
  std::uint32_t bytes = 1;
  Access access = Access::read;
  SegmentRegister reg = SegmentRegister::data;
  std::uint8_t privilege = 3;  // CPL
};

// One rule, and whether it held.
struct SegmentCheck {
  std::string rule;
  bool passed = true;
};

// What the processor's segmentation makes of it. The checks are in the processor's order; it stops at the first that
// fails.
struct SegmentAnswer {
  SegmentRequest request;
  std::optional<Segment> segment = {};  // nothing: the selector is null or beyond its table
  PhysAddr slot = {};
  std::uint64_t bits = 0;
  std::vector<SegmentCheck> checks = {};
  std::optional<VirtAddr> linear = {};
  std::optional<SegmentFault> fault = {};  // if there is no linear address
};

SegmentAnswer use_segment(const SegmentTables& tables, const SegmentRequest& request);

// Reads SELECTOR:OFFSET, both hexadecimal, or a selector alone; `name` says where it stood. Throws InputError.
SegmentRequest parse_logical(const std::string& text, const std::string& name);

// "selector 0x23 = GDT entry 4, RPL 3".
std::string selector_text(SegmentSelector selector);
// The descriptor, each check, and the linear address or the fault, in lines of at most 100 columns.
std::string segment_report(const SegmentAnswer& answer);
// "#GP(0x20)".
std::string fault_name(const SegmentFault& fault);

}  // namespace signalbox
