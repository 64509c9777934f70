#include "tools/memory/segment_access.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/memory/placed_word.hpp"

namespace signalbox {
namespace {

constexpr unsigned table_order = 4;  // 8192 entries of 8 bytes
constexpr std::uint64_t entry_bytes = 8;

PhysAddr make_table(TableRam& ram, std::span<const SegmentRow> rows) {
  const auto block = ram.memory().allocate({.order = table_order, .urgency = FrameUrgency::reclaimer});
  CHECK(block, "the RAM has room for the descriptor tables");
  ram.memory().clear(*block, table_order);
  for (const SegmentRow& row : rows) ram.memory().write(address_of(*block) + row.index * entry_bytes, row.bits);
  return address_of(*block);
}

unsigned entries_of(std::span<const SegmentRow> rows) { return rows.empty() ? 0U : rows.back().index + 1U; }

std::string_view table_name(SegmentSelector selector) {
  return selector.table == SegmentSelector::Table::gdt ? "GDT" : "LDT";
}

// What a register may hold at all (SDM volume 3, 5.5 to 5.8).
SegmentCheck kind_check(const Segment& segment, SegmentRegister reg) {
  if (segment.is_system) return {"the entry is a code or data segment (S is 1)", false};
  switch (reg) {
    case SegmentRegister::code:
      return {"CS holds code", segment.is_code};
    case SegmentRegister::stack:
      return {"SS holds data that is writable", !segment.is_code && segment.is_open};
    case SegmentRegister::data:
      return {"DS holds data, or code that is readable", !segment.is_code || segment.is_open};
  }
  return {};
}

SegmentCheck privilege_check(const Segment& segment, const SegmentRequest& request) {
  const unsigned cpl = request.privilege;
  const unsigned rpl = request.selector.requested_privilege;
  const unsigned dpl = segment.privilege;
  const bool is_conforming = segment.is_code && segment.is_expand_down;
  switch (request.reg) {
    case SegmentRegister::code:
      if (is_conforming) return {fmt::format("DPL {} <= CPL {} (conforming code)", dpl, cpl), dpl <= cpl};
      return {fmt::format("DPL {} = CPL {}, and RPL {} <= CPL", dpl, cpl, rpl), dpl == cpl && rpl <= cpl};
    case SegmentRegister::stack:
      return {fmt::format("CPL {} = RPL {} = DPL {}", cpl, rpl, dpl), cpl == rpl && cpl == dpl};
    case SegmentRegister::data:
      if (is_conforming) return {"conforming code is for everybody", true};
      return {fmt::format("max(CPL {}, RPL {}) <= DPL {}", cpl, rpl, dpl), std::max(cpl, rpl) <= dpl};
  }
  return {};
}

SegmentCheck access_check(const Segment& segment, Access access) {
  switch (access) {
    case Access::read:
      return {"the segment may be read", !segment.is_code || segment.is_open};
    case Access::write:
      return {"the segment may be written", !segment.is_code && segment.is_open};
    case Access::execute:
      return {"the segment may be executed", segment.is_code};
  }
  return {};
}

SegmentCheck limit_check(const Segment& segment, const SegmentRequest& request) {
  const std::uint64_t limit = segment.counts_pages ? std::uint64_t{segment.limit} << 12U | 0xfff : segment.limit;
  const std::uint64_t last = std::uint64_t{request.offset} + request.bytes - 1;
  const bool holds = segment.contains(request.offset, request.bytes);
  if (segment.is_code || !segment.is_expand_down) {
    return {fmt::format("last byte {:#x} <= limit {:#x}", last, limit), holds};
  }
  return {fmt::format("offset {:#x} > limit {:#x}, and last byte {:#x} <= {:#x} (expand-down)", request.offset, limit,
                      last, segment.is_wide ? 0xffff'ffff : 0xffff),
          holds};
}

// The rules up to the first that fails.
std::vector<SegmentCheck> checks_of(const SegmentTables& tables, const SegmentAnswer& answer) {
  const SegmentRequest& request = answer.request;
  std::vector<SegmentCheck> checks{{"the selector is not null", !request.selector.is_null()}};
  const auto passed = [&checks](const SegmentCheck& check) {
    checks.push_back(check);
    return check.passed;
  };
  if (!checks.back().passed) return checks;
  const unsigned entries = tables.table_of(request.selector).entries();
  if (!passed(
          {fmt::format("entry {} is one of the {}'s {}", request.selector.index, table_name(request.selector), entries),
           request.selector.index < entries})) {
    return checks;
  }
  const Segment& segment = *answer.segment;
  static_cast<void>(passed(kind_check(segment, request.reg)) && passed(privilege_check(segment, request)) &&
                    passed({"the segment is present (P is 1)", segment.is_present}) &&
                    passed(access_check(segment, request.access)) && passed(limit_check(segment, request)));
  return checks;
}

std::string_view meaning_of(SegmentFault::Kind kind) {
  switch (kind) {
    case SegmentFault::Kind::general_protection:
      return "general protection; Linux sends SIGSEGV";
    case SegmentFault::Kind::stack_fault:
      return "stack fault; Linux sends SIGBUS";
    case SegmentFault::Kind::not_present:
      return "segment not present; Linux sends SIGBUS";
  }
  return {};
}

}  // namespace

SegmentTables::SegmentTables(TableRam& ram, std::span<const SegmentRow> gdt, std::span<const SegmentRow> ldt)
    : ram_(&ram),
      gdt_base_(make_table(ram, gdt)),
      ldt_base_(make_table(ram, ldt)),
      gdt_(ram.memory(), gdt_base_, entries_of(gdt)),
      ldt_(ram.memory(), ldt_base_, entries_of(ldt)) {}

const SegmentTable& SegmentTables::table_of(SegmentSelector selector) const {
  return selector.table == SegmentSelector::Table::gdt ? gdt_ : ldt_;
}

PhysAddr SegmentTables::slot_of(SegmentSelector selector) const {
  return (selector.table == SegmentSelector::Table::gdt ? gdt_base_ : ldt_base_) + selector.index * entry_bytes;
}

std::uint64_t SegmentTables::bits_of(SegmentSelector selector) const {
  CHECK(selector.index < table_of(selector).entries(), "the entry is in its table");
  return ram_->memory().read<std::uint64_t>(slot_of(selector));
}

SegmentUnit SegmentTables::unit() const {
  SegmentUnit unit(gdt_);
  unit.set_ldt(&ldt_);
  return unit;
}

SegmentAnswer use_segment(const SegmentTables& tables, const SegmentRequest& request) {
  SegmentAnswer answer{.request = request, .slot = tables.slot_of(request.selector)};
  const bool is_there = request.selector.index < tables.table_of(request.selector).entries();
  if (!request.selector.is_null() && is_there) {
    answer.bits = tables.bits_of(request.selector);
    answer.segment = Segment::of(answer.bits);
  }
  answer.checks = checks_of(tables, answer);
  const auto loaded = tables.unit().load(request.selector, request.reg, request.privilege);
  if (!loaded) {
    answer.fault = loaded.error();
    return answer;
  }
  const auto linear = loaded->linear(request.offset, request.bytes, request.access);
  if (linear) {
    answer.linear = *linear;
  } else {
    answer.fault = linear.error();
  }
  return answer;
}

SegmentRequest parse_logical(const std::string& text, const std::string& name) {
  const PlacedWord word = option_word(name, text);
  const std::size_t colon = text.find(':');
  PlacedWord selector = word;
  selector.text = text.substr(0, colon);
  const std::uint64_t bits = hexadecimal_of(selector, "a selector");
  if (bits > 0xffff) refuse(selector, "is no selector", "a hexadecimal number of 16 bits");
  if (colon == std::string::npos) return {.selector = SegmentSelector::of(static_cast<std::uint16_t>(bits))};
  const PlacedWord offset_word = rest_of(word, colon + 1);
  const std::uint64_t offset = hexadecimal_of(offset_word, "an offset");
  if (offset > 0xffff'ffff) refuse(offset_word, "is no offset", "a hexadecimal number of 32 bits");
  return {.selector = SegmentSelector::of(static_cast<std::uint16_t>(bits)),
          .offset = static_cast<std::uint32_t>(offset)};
}

std::string selector_text(SegmentSelector selector) {
  return fmt::format("selector {:#x} = {} entry {}, RPL {}", selector.bits(), table_name(selector), selector.index,
                     selector.requested_privilege);
}

std::string fault_name(const SegmentFault& fault) {
  constexpr std::string_view names[]{"#GP", "#SS", "#NP"};
  return fmt::format("{}({:#x})", names[static_cast<std::size_t>(fault.kind)], fault.error_code);
}

std::string segment_report(const SegmentAnswer& answer) {
  std::string text = selector_text(answer.request.selector) + "\n";
  if (answer.segment) {
    text += fmt::format("  {} [{}] at {:#x}: {:#018x}  {}\n", table_name(answer.request.selector),
                        answer.request.selector.index, answer.slot.value(), answer.bits, segment_text(*answer.segment));
  }
  for (const SegmentCheck& check : answer.checks)
    text += fmt::format("  {}  {}\n", check.passed ? "ok" : "NO", check.rule);
  if (answer.linear) {
    return text + fmt::format("linear {:#x} = base {:#x} + offset {:#x}\n", answer.linear->value(),
                              answer.segment->base, answer.request.offset);
  }
  return text + fmt::format("{}: {}\n", fault_name(*answer.fault), meaning_of(answer.fault->kind));
}

}  // namespace signalbox
