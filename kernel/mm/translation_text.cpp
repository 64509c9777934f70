#include "kernel/mm/translation_text.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace signalbox {
namespace {

struct NamedBit {
  std::uint64_t bit;
  std::string_view name;
};

// The names of Intel's manual.
constexpr std::array named_bits{
    NamedBit{page_bit::present, "P"},
    NamedBit{page_bit::writable, "R/W"},
    NamedBit{page_bit::user, "U/S"},
    NamedBit{page_bit::write_through, "PWT"},
    NamedBit{page_bit::cache_disabled, "PCD"},
    NamedBit{page_bit::accessed, "A"},
    NamedBit{page_bit::dirty, "D"},
};

// Bit 7 is the page's size, but where all are small: there it is a part of how the page is cached.
std::string bits_text(const PageFormat& format, const WalkStep& step) {
  if (!step.entry.is_present()) return "not present";
  std::string text;
  const auto add = [&](const NamedBit& named) {
    if (step.entry.has(named.bit)) fmt::format_to(std::back_inserter(text), " {}", named.name);
  };
  for (const NamedBit& named : named_bits) add(named);
  add({page_bit::large, step.level == format.last_level() ? "PAT" : "PS"});
  add({page_bit::no_execute, "XD"});
  return text.substr(1);
}

std::string parts_text(const PageFormat& format, VirtAddr at, unsigned last_level) {
  std::string text;
  for (unsigned level = 0; level <= last_level; ++level) {
    const PageLevel& rule = format.levels[level];
    fmt::format_to(std::back_inserter(text), "{} {}, ", rule.name, rule.index_of(at));
  }
  const std::uint64_t offset = at - at.aligned_down(format.levels[last_level].entry_span());
  return text + fmt::format("offset {:#x}", offset);
}

std::string step_text(const PageFormat& format, const WalkStep& step, VirtAddr at) {
  const PageLevel& rule = format.levels[step.level];
  return fmt::format("  {} [{}] at {:#x}: {:#0{}x}  {}\n", rule.name, rule.index_of(at), step.slot.value(),
                     step.entry.bits(), 2 + 2 * format.entry_bytes, bits_text(format, step));
}

std::string accesses_text(unsigned count) { return fmt::format("{} memory access{}", count, count == 1 ? "" : "es"); }

}  // namespace

std::string translation_text(const PhysicalMemory& memory, const PageFormat& format, PhysAddr root, VirtAddr at) {
  if (!format.is_canonical(at)) {
    return fmt::format("{:#x} is no address of {}: it has more than {} bits\n", at.value(), format.name,
                       format.address_bits);
  }
  const Walk found = walk(memory, format, {.table = root}, at);
  std::string text = fmt::format("{:#0{}x} = {}\n", at.value(), 2 + (format.address_bits + 3) / 4,
                                 parts_text(format, at, found.is_mapped ? found.last().level : format.last_level()));
  fmt::format_to(std::back_inserter(text), "  root {:#x}\n", root.value());
  for (unsigned i = 0; i < found.accesses; ++i) text += step_text(format, found.steps[i], at);
  const auto where = translated(found, format, at);
  if (!where) return text + fmt::format("page fault after {}\n", accesses_text(found.accesses));
  return text + fmt::format("physical {:#x} (frame {}), {} and one for the data\n", where->value(),
                            frame_at(*where).value(), accesses_text(found.accesses));
}

}  // namespace signalbox
