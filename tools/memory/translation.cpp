#include "tools/memory/translation.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "kernel/mm/translation_text.hpp"
#include "tools/metrics/text_cell.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t other_frames = 2048;  // descriptor tables, and the largest table

std::uint64_t frames_for(const PageFormat& format, const ProgramMap& map) {
  return TableRam::frames_for(format, map.size(), mapped_bytes(map)) + other_frames;
}

std::uint64_t flags_of(const MappedRange& mapping, const PageFormat& format) {
  const bool is_forbidden = !mapping.is_executable && format.has_no_execute();
  return page_bit::present | page_bit::user | (mapping.is_writable ? page_bit::writable : 0) |
         (is_forbidden ? page_bit::no_execute : 0);
}

std::string_view name_of(Access access) {
  constexpr std::array<std::string_view, 3> names{"read", "write", "execute"};
  return names[static_cast<std::size_t>(access)];
}

bool may(const MappedRange& mapping, Access access) {
  switch (access) {
    case Access::read:
      return mapping.is_readable;
    case Access::write:
      return mapping.is_writable;
    case Access::execute:
      return mapping.is_executable;
  }
  return false;
}

// What Linux makes of a fault.
std::string_view signal_of(const PageFault& fault, const MappedRange* mapping) {
  if (fault.kind == PageFault::Kind::not_canonical) return "SI_KERNEL";
  if (mapping == nullptr) return "SEGV_MAPERR";
  return may(*mapping, fault.access) ? "" : "SEGV_ACCERR";
}

std::string range_text(const MappedRange& mapping) {
  return fmt::format("{:#x}-{:#x} {}{}{}", mapping.range.begin.value(), mapping.range.end.value(),
                     mapping.rights_text(), mapping.name.empty() ? "" : " ", mapping.name);
}

std::string error_code_text(const PageFault& fault, const PageFormat& format) {
  const std::uint32_t code = fault.error_code(format);
  return fmt::format(
      "error code {:#x}: {}, {}, by a program (U/S 1){}", code, (code & 1U) != 0 ? "rights (P 1)" : "no page (P 0)",
      (code & 2U) != 0 ? "a write (W/R 1)" : "no write (W/R 0)", (code & 16U) != 0 ? ", a fetch (I/D 1)" : "");
}

// Which entry forbids the access.
std::string forbidding_text(const Translation& translation, const PageFormat& format) {
  for (unsigned i = 0; i < translation.walk.accesses; ++i) {
    const WalkStep& step = translation.walk.steps[i];
    if (PageRights().narrowed_by(step.entry).allow(translation.request.access)) continue;
    const bool is_write = translation.request.access == Access::write;
    return fmt::format("{} in the {} entry", is_write ? "R/W 0" : "XD 1", format.levels[step.level].name);
  }
  return {};
}

std::string kernel_text(const TranslationBench& bench, const Translation& translation) {
  const MappedRange* const mapping = find_mapping(bench.map(), translation.request.at);
  const std::string_view code = signal_of(*translation.fault, mapping);
  if (mapping == nullptr) {
    const auto above = std::ranges::find_if(
        bench.map(), [&](const MappedRange& each) { return each.range.begin > translation.request.at; });
    const bool is_below_stack = above != bench.map().end() && above->name == "[stack]";
    return fmt::format("No mapping holds the address: SIGSEGV with {}{}", code,
                       is_below_stack ? ", unless the stack above grows so far" : "");
  }
  if (!code.empty())
    return fmt::format("{} allows no {}: SIGSEGV with {}", range_text(*mapping), name_of(translation.request.access),
                       code);
  return fmt::format("{} allows it: the kernel brings the page in, and the access is made again", range_text(*mapping));
}

std::string fault_text(const TranslationBench& bench, const Translation& translation) {
  if (!translation.is_canonical) {
    return "#GP(0), not a page fault: bits 63 to 47 are not all equal. SIGSEGV with SI_KERNEL\n";
  }
  const PageFormat& format = bench.format();
  std::string text;
  if (translation.fault->kind == PageFault::Kind::forbidden) {
    text = fmt::format("page fault after {} memory access{}: {}\n", translation.walk.accesses,
                       translation.walk.accesses == 1 ? "" : "es", forbidding_text(translation, format));
  }
  return text + "  " + error_code_text(*translation.fault, format) + "\n" +
         text_lines("  " + kernel_text(bench, translation), 4);
}

std::string used_text(const Translation& translation, const PageFormat& format) {
  const WalkStep& leaf = translation.walk.last();
  if (translation.entry_after == leaf.entry) return {};
  const bool is_dirty = translation.entry_after.has(page_bit::dirty) && !leaf.entry.has(page_bit::dirty);
  const bool is_fetch = translation.request.access == Access::execute;
  return fmt::format("  the {} sets {} in the {} entry: {:#0{}x}\n",
                     is_fetch ? "fetch" : name_of(translation.request.access), is_dirty ? "A and D" : "A",
                     format.levels[leaf.level].name, translation.entry_after.bits(), 2 + 2 * format.entry_bytes);
}

// How many accesses it takes, and how few for a CPU that remembers.
std::string accesses_table(const Translation& translation) {
  const bool is_segmented = translation.segment.has_value();
  std::string text = fmt::format("\n{:<44}{}  tables  data  all\n", "memory accesses", is_segmented ? "  segment" : "");
  const auto line = [&](std::string_view who, unsigned segment, unsigned tables) {
    text += fmt::format("{:<44}", who);
    if (is_segmented) text += fmt::format("{:>9}", segment);
    text += fmt::format("{:>8}{:>6}{:>5}\n", tables, 1, segment + tables + 1);
  };
  const unsigned for_segment = is_segmented ? 1 : 0;
  line("a CPU that knows nothing", for_segment, translation.cold);
  if (is_segmented) line("the segment register holds the descriptor", 0, translation.cold);
  if (translation.near && *translation.near < translation.cold)
    line("the walk cache knows the upper tables", 0, *translation.near);
  line("the TLB knows the page", 0, translation.again);
  return text;
}

nlohmann::ordered_json steps_json(const Translation& translation, const PageFormat& format) {
  nlohmann::ordered_json steps = nlohmann::ordered_json::array();
  for (unsigned i = 0; i < translation.walk.accesses; ++i) {
    const WalkStep& step = translation.walk.steps[i];
    steps.push_back({{"level", format.levels[step.level].name},
                     {"index", format.levels[step.level].index_of(translation.request.at)},
                     {"at", step.slot.value()},
                     {"entry", step.entry.bits()}});
  }
  return steps;
}

nlohmann::ordered_json fault_json(const TranslationBench& bench, const Translation& translation) {
  const PageFault& fault = *translation.fault;
  const std::string_view code = signal_of(fault, find_mapping(bench.map(), fault.at));
  nlohmann::ordered_json json{{"error_code", translation.is_canonical ? fault.error_code(bench.format()) : 0}};
  json["signal"] = code.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json("SIGSEGV");
  json["code"] = code.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(code);
  return json;
}

nlohmann::ordered_json json_of(const TranslationBench& bench, const Translation& translation) {
  nlohmann::ordered_json json;
  if (translation.segment) {
    const SegmentAnswer& answer = *translation.segment;
    json["selector"] = answer.request.selector.bits();
    json["offset"] = answer.request.offset;
    json["segment_fault"] = answer.fault ? nlohmann::ordered_json(fault_name(*answer.fault)) : nlohmann::ordered_json();
    if (!answer.linear) return json;
  }
  json["address"] = translation.request.at.value();
  json["access"] = name_of(translation.request.access);
  json["steps"] = steps_json(translation, bench.format());
  json["physical"] = translation.fault ? nlohmann::ordered_json() : nlohmann::ordered_json(translation.where->value());
  json["fault"] = translation.fault ? fault_json(bench, translation) : nlohmann::ordered_json();
  if (translation.fault) return json;
  json["memory_accesses"] = (translation.segment ? 1 : 0) + translation.cold + 1;
  json["memory_accesses_tlb_hit"] = translation.again + 1;
  return json;
}

}  // namespace

TranslationBench::TranslationBench(const PageFormat& format, ProgramMap map)
    : format_(format), map_(std::move(map)), ram_(frames_for(format, map_)), table_(ram_.make_table(format)) {
  for (const MappedRange& mapping : map_) {
    if (mapping.is_present()) ram_.map(table_, mapping.range, mapping.size, flags_of(mapping, format));
  }
}

Translation TranslationBench::translate(const TranslationRequest& request, const SegmentTables* segments) {
  Translation translation{.request = request};
  if (request.segment) {
    translation.segment = use_segment(*segments, *request.segment);
    if (!translation.segment->linear) return translation;
    translation.request.at = *translation.segment->linear;
  }
  const VirtAddr at = translation.request.at;
  translation.steps = translation_text(ram_.memory(), format_, table_.root(), at);
  translation.is_canonical = format_.is_canonical(at);
  if (translation.is_canonical) {
    translation.walk = table_.look_up(at);
    translation.where = translated(translation.walk, format_, at);
  }
  const auto mmu = std::make_unique<Mmu>(ram_.memory());
  mmu->load_root(format_, table_.root(), Asid(), Mmu::Known::forget);
  translation.cold = count_walk(*mmu, at, request.access);
  if (mmu->counters().faults != 0) {
    translation.fault = mmu->fault();
    return translation;
  }
  translation.entry_after = table_.look_up(at).last().entry;
  translation.again = count_walk(*mmu, at, request.access);
  if (const auto near = neighbour(at)) translation.near = count_walk(*mmu, *near, Access::read);
  return translation;
}

// Accesses to tables that this one access takes.
unsigned TranslationBench::count_walk(Mmu& mmu, VirtAddr at, Access access) const {
  const std::uint64_t before = mmu.counters().walk_accesses;
  static_cast<void>(mmu.run(at, 1, access));
  return static_cast<unsigned>(mmu.counters().walk_accesses - before);
}

// Another page that the same lowest table maps.
std::optional<VirtAddr> TranslationBench::neighbour(VirtAddr at) const {
  const Walk found = table_.look_up(at);
  const PageLevel& level = format_.levels[found.last().level];
  const VirtAddr first = level.begin_of(0, at);
  for (std::uint64_t index = 0; index < level.entries(); ++index) {
    const VirtAddr other = first + index * level.entry_span();
    if (index == level.index_of(at)) continue;
    const Walk walk = table_.look_up(other);
    if (walk.is_mapped && walk.accesses == found.accesses) return other;
  }
  return std::nullopt;
}

std::string translation_report(const TranslationBench& bench, const Translation& translation) {
  std::string text;
  if (translation.segment) {
    text += segment_report(*translation.segment);
    if (!translation.segment->linear) return text;
    text += "\n";
  }
  text += translation.steps;
  if (translation.fault) {
    // The walk found a physical address, and the access may not go there.
    if (translation.walk.is_mapped) text.resize(text.rfind('\n', text.size() - 2) + 1);
    return text + fault_text(bench, translation);
  }
  if (const MappedRange* const mapping = find_mapping(bench.map(), translation.request.at)) {
    text += fmt::format("  in {}\n", range_text(*mapping));
  }
  return text + used_text(translation, bench.format()) + accesses_table(translation);
}

std::string translation_json(const TranslationBench& bench, const std::vector<Translation>& translations) {
  nlohmann::ordered_json mappings = nlohmann::ordered_json::array();
  for (const MappedRange& each : bench.map()) {
    mappings.push_back({{"begin", each.range.begin.value()},
                        {"end", each.range.end.value()},
                        {"rights", each.rights_text()},
                        {"large", each.size == PageSize::large},
                        {"absent", each.is_absent},
                        {"name", each.name}});
  }
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Translation& each : translations) list.push_back(json_of(bench, each));
  const nlohmann::ordered_json report{
      {"schema", 1}, {"format", bench.format().name}, {"mappings", mappings}, {"translations", list}};
  return report.dump(1) + "\n";
}

}  // namespace signalbox
