#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "kernel/base/nearest_word.hpp"
#include "tools/commands/give_report.hpp"
#include "tools/commands/memory_command.hpp"
#include "tools/memory/placed_word.hpp"
#include "tools/memory/placement.hpp"
#include "tools/memory/segment_access.hpp"
#include "workloads/formats/input_file.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t most_size = std::uint64_t{1} << 40U;

struct SegmentsOptions {
  std::vector<std::string> logical;
  std::string holes = "100,500,200,300,600";
  std::string requests = "212,417,112,426";
  std::string fit = "all";
  std::uint64_t between = 100;
  std::string gdt;
  std::string ldt;
  std::string access = "read";
  std::string reg;
  unsigned bytes = 1;
  unsigned privilege = 3;
};

std::vector<std::uint64_t> read_sizes(const std::string& option, const std::string& text) {
  std::vector<std::uint64_t> sizes;
  for (const PlacedWord& part : parts_of(option, text)) {
    sizes.push_back(number_of(part, "a size", {.least = 1, .most = most_size}));
  }
  return sizes;
}

std::vector<const PlacementRule*> read_rules(const std::string& text, std::uint64_t memory) {
  std::vector<const PlacementRule*> rules;
  std::vector<std::string_view> names{"all"};
  for (const PlacementRule& rule : placement_rules()) names.push_back(rule.name);
  const bool fits_buddy = memory <= most_buddy_memory;
  for (const PlacedWord& part : parts_of("--fit", text)) {
    const std::size_t before = rules.size();
    for (const PlacementRule& rule : placement_rules()) {
      if (rule.name != part.text && part.text != "all") continue;
      if (rule.fit || fits_buddy) {
        rules.push_back(&rule);
      } else if (part.text != "all") {
        refuse(part, "keeps a record for each unit of memory", fmt::format("at most {} units", most_buddy_memory));
      }
    }
    if (rules.size() == before) refuse(part, "is no fit", one_of(part.text, names));
  }
  return rules;
}

int place_all(const SegmentsOptions& options, const GlobalOptions& global) {
  const PlacementRequest request{.holes = read_sizes("--holes", options.holes),
                                 .segments = read_sizes("--requests", options.requests),
                                 .between = options.between};
  std::uint64_t memory = options.between * (request.holes.size() - 1);
  for (const std::uint64_t hole : request.holes) memory += hole;
  std::vector<PlacementResult> results;
  for (const PlacementRule* rule : read_rules(options.fit, memory)) results.push_back(place(request, *rule));
  return give_report(global, {}, placement_text(request, results), placement_json(request, results));
}

struct Use {
  Access access;
  SegmentRegister reg;
};

Use read_use(const SegmentsOptions& options) {
  Use use{.access = Access::read, .reg = SegmentRegister::data};
  if (options.access == "write") {
    use.access = Access::write;
  } else if (options.access == "execute") {
    use = {.access = Access::execute, .reg = SegmentRegister::code};
  } else if (options.access != "read") {
    refuse(option_word("--access", options.access), "is no access", "read, write or execute");
  }
  if (options.reg == "cs") {
    use.reg = SegmentRegister::code;
  } else if (options.reg == "ss") {
    use.reg = SegmentRegister::stack;
  } else if (options.reg == "ds") {
    use.reg = SegmentRegister::data;
  } else if (!options.reg.empty()) {
    refuse(option_word("--register", options.reg), "is no register", "cs, ss or ds");
  }
  return use;
}

std::vector<SegmentRow> read_table(const std::string& file) {
  if (file.empty()) return {};
  return parse_segments(read_input_file(file), file);
}

nlohmann::ordered_json answer_json(const SegmentAnswer& answer, bool has_tables) {
  using Json = nlohmann::ordered_json;
  const SegmentSelector selector = answer.request.selector;
  Json json{{"selector", selector.bits()},
            {"table", selector.table == SegmentSelector::Table::gdt ? "gdt" : "ldt"},
            {"index", selector.index},
            {"rpl", selector.requested_privilege}};
  if (!has_tables) return json;
  Json checks = Json::array();
  for (const SegmentCheck& check : answer.checks) checks.push_back({{"rule", check.rule}, {"passed", check.passed}});
  json["offset"] = answer.request.offset;
  json["checks"] = checks;
  json["linear"] = answer.linear ? Json(answer.linear->value()) : Json();
  json["fault"] = answer.fault ? Json(fault_name(*answer.fault)) : Json();
  return json;
}

int use_all(const SegmentsOptions& options, const GlobalOptions& global) {
  const bool has_tables = !options.gdt.empty() || !options.ldt.empty();
  const Use use = read_use(options);
  TableRam ram(1);
  const std::vector<SegmentRow> gdt = read_table(options.gdt);
  const std::vector<SegmentRow> ldt = read_table(options.ldt);
  const SegmentTables tables(ram, gdt, ldt);
  std::string text;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const std::string& each : options.logical) {
    SegmentRequest request = parse_logical(each, "LOGICAL");
    request.bytes = options.bytes;
    request.access = use.access;
    request.reg = use.reg;
    request.privilege = static_cast<std::uint8_t>(options.privilege);
    const SegmentAnswer answer = use_segment(tables, request);
    text += (text.empty() ? "" : "\n") +
            (has_tables ? segment_report(answer) : selector_text(request.selector) + " (--gdt FILE checks it)\n");
    list.push_back(answer_json(answer, has_tables));
  }
  const nlohmann::ordered_json report{{"schema", 1}, {"accesses", list}};
  return give_report(global, {options.gdt, options.ldt}, text, report.dump(1) + "\n");
}

Action add(CLI::App& command, const GlobalOptions& global) {
  auto options = std::make_shared<SegmentsOptions>();
  command.add_option("LOGICAL", options->logical, "SELECTOR:OFFSET, hexadecimal, checked as x86 does; none: placement");
  auto* const placement = command.add_option_group("Placement");
  placement->add_option("--holes", options->holes, "the holes in memory, from low to high, in any one unit")
      ->capture_default_str();
  placement->add_option("--requests", options->requests, "segments that want in, in this order")->capture_default_str();
  placement->add_option("--fit", options->fit, "first, next, best, worst, buddy or all")->capture_default_str();
  placement->add_option("--between", options->between, "how large the segments between two holes are")
      ->check(CLI::Range(std::uint64_t{1}, most_size))
      ->capture_default_str();
  auto* const checks = command.add_option_group("Checks");
  checks->add_option("--gdt", options->gdt, "a file of segments, as below");
  checks->add_option("--ldt", options->ldt, "the same for selectors with TI set");
  checks->add_option("--access", options->access, "read, write or execute")->capture_default_str();
  checks->add_option("--register", options->reg, "cs, ss or ds (default: cs to execute, else ds)");
  checks->add_option("--bytes", options->bytes, "how many bytes are accessed")
      ->check(CLI::Range(1U, 1U << 20U))
      ->capture_default_str();
  checks->add_option("--cpl", options->privilege, "the privilege that the processor runs with; 0 is the highest")
      ->check(CLI::Range(0U, 3U))
      ->capture_default_str();
  return
      [options, &global] { return options->logical.empty() ? place_all(*options, global) : use_all(*options, global); };
}

}  // namespace

extern const Command memory_segments_command{
    "segments", "where segments are placed; a selector and an offset, check by check",
    "signalbox memory segments --holes 100,500,200,300,600 --requests 212,417,112,426\n"
    "  signalbox memory segments 0x83:0x10 --gdt gdt.txt --access write\n\n"
    "A line of gdt.txt: INDEX code|data BASE LIMIT, and of [dpl=0..3] [pages] [absent] [16-bit], for data\n"
    "[read-only] [expand-down], for code [execute-only] [conforming]; or INDEX and the 8 bytes:\n"
    "  16 data 0x400000 0xfff dpl=3\n"
    "  17 0x00cffa000000ffff",
    add};

}  // namespace signalbox
