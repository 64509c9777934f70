#include "kernel/mm/segment_table.hpp"

#include <algorithm>

namespace signalbox {
namespace {

constexpr std::uint64_t descriptor_bytes = 8;

using enum SegmentFault::Kind;

// Whether the register may hold the segment at all, and with which privilege (SDM volume 3, 5.5 to 5.8).
bool may_load_data(const Segment& segment, std::uint8_t requested, std::uint8_t privilege) {
  if (segment.is_code && !segment.is_open) return false;
  const bool is_conforming = segment.is_code && segment.is_expand_down;
  return is_conforming || std::max(requested, privilege) <= segment.privilege;
}
bool may_load_stack(const Segment& segment, std::uint8_t requested, std::uint8_t privilege) {
  return !segment.is_code && segment.is_open && requested == privilege && segment.privilege == privilege;
}
bool may_load_code(const Segment& segment, std::uint8_t requested, std::uint8_t privilege) {
  if (!segment.is_code) return false;
  const bool is_conforming = segment.is_expand_down;
  return is_conforming ? segment.privilege <= privilege : requested <= privilege && segment.privilege == privilege;
}

bool may_load(const Segment& segment, SegmentRegister reg, std::uint8_t requested, std::uint8_t privilege) {
  if (segment.is_system) return false;
  switch (reg) {
    case SegmentRegister::code:
      return may_load_code(segment, requested, privilege);
    case SegmentRegister::stack:
      return may_load_stack(segment, requested, privilege);
    case SegmentRegister::data:
      return may_load_data(segment, requested, privilege);
  }
  return false;
}

bool allows(const Segment& segment, Access access) {
  switch (access) {
    case Access::read:
      return !segment.is_code || segment.is_open;
    case Access::write:
      return !segment.is_code && segment.is_open;
    case Access::execute:
      return segment.is_code;
  }
  return false;
}

}  // namespace

SegmentTable::SegmentTable(PhysicalMemory& memory, PhysAddr base, unsigned entries)
    : memory_(&memory), base_(base), entries_(entries) {
  CHECK(entries <= most_entries, "a selector's index has 13 bits");
}

Segment SegmentTable::read(unsigned index) const {
  CHECK(index < entries_, "the entry is in the table");
  return Segment::of(memory_->read<std::uint64_t>(base_ + index * descriptor_bytes));
}

void SegmentTable::write(unsigned index, const Segment& segment) {
  CHECK(index < entries_, "the entry is in the table");
  memory_->write<std::uint64_t>(base_ + index * descriptor_bytes, segment.bits());
}

std::expected<VirtAddr, SegmentFault> LoadedSegment::linear(std::uint32_t offset, std::uint32_t bytes,
                                                            Access access) const {
  const bool is_allowed = segment && allows(*segment, access);
  if (!is_allowed) return std::unexpected(SegmentFault{.kind = general_protection});
  if (!segment->contains(offset, bytes)) {
    return std::unexpected(SegmentFault{.kind = reg == SegmentRegister::stack ? stack_fault : general_protection});
  }
  return VirtAddr(std::uint32_t{segment->base + offset});
}

std::expected<LoadedSegment, SegmentFault> SegmentUnit::load(SegmentSelector selector, SegmentRegister reg,
                                                             std::uint8_t privilege) const {
  const auto error_code = static_cast<std::uint16_t>(selector.bits() & ~3U);
  if (selector.is_null()) {
    if (reg != SegmentRegister::data) return std::unexpected(SegmentFault{.kind = general_protection});
    return LoadedSegment{.segment = std::nullopt, .reg = reg};
  }
  const std::optional<Segment> segment = find(selector);
  if (!segment || !may_load(*segment, reg, selector.requested_privilege, privilege)) {
    return std::unexpected(SegmentFault{.kind = general_protection, .error_code = error_code});
  }
  if (!segment->is_present) {
    const auto kind = reg == SegmentRegister::stack ? stack_fault : not_present;
    return std::unexpected(SegmentFault{.kind = kind, .error_code = error_code});
  }
  return LoadedSegment{.segment = segment, .reg = reg};
}

std::optional<Segment> SegmentUnit::find(SegmentSelector selector) const {
  const SegmentTable* const table = selector.table == SegmentSelector::Table::gdt ? gdt_ : ldt_;
  if (table == nullptr || selector.index >= table->entries()) return std::nullopt;
  return table->read(selector.index);
}

SegmentedAccess segmented_access(const PhysicalMemory& memory, const PageFormat& format, PhysAddr root, VirtAddr linear,
                                 Descriptor descriptor) {
  const Walk found = walk(memory, format, {.table = root}, linear);
  const std::optional<PhysAddr> where = translated(found, format, linear);
  const unsigned for_descriptor = descriptor == Descriptor::read ? 1 : 0;
  return {.where = where, .memory_accesses = for_descriptor + found.accesses + (where ? 1U : 0U)};
}

}  // namespace signalbox
