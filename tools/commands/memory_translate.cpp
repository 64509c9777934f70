#include <fmt/format.h>

#include "kernel/base/nearest_word.hpp"
#include "tools/commands/give_report.hpp"
#include "tools/commands/memory_command.hpp"
#include "tools/commands/memory_report.hpp"
#include "tools/memory/placed_word.hpp"
#include "tools/memory/translation.hpp"
#include "workloads/formats/input_file.hpp"

namespace signalbox {
namespace {

struct TranslateOptions {
  std::vector<std::string> addresses;
  std::string format = "x86-64";
  std::string access = "read";
  std::string gdt;
  ProgramOptions program;
};

Access read_access(const std::string& text) {
  if (text == "read") return Access::read;
  if (text == "write") return Access::write;
  if (text == "execute") return Access::execute;
  refuse(option_word("--access", text), "is no access", "read, write or execute");
}

TranslationRequest read_address(const std::string& text, const PageFormat& format, const TranslateOptions& options) {
  const Access access = read_access(options.access);
  const PlacedWord word = option_word("ADDR", text);
  if (text.find(':') == std::string::npos) {
    const VirtAddr at(hexadecimal_of(word, "an address"));
    if (format.address_bits <= 32 && !format.is_canonical(at)) {
      refuse(word, fmt::format("is no address of {}", format.name), fmt::format("one of {} bits", format.address_bits));
    }
    return {.at = at, .access = access};
  }
  if (format.address_bits > 32) {
    refuse(word, "is a logical address: x86-64 ignores bases and limits", "--format x86-32 or flat with it");
  }
  if (options.gdt.empty()) refuse(word, "is a logical address", "--gdt FILE with the segments");
  SegmentRequest segment = parse_logical(text, "ADDR");
  segment.access = access;
  if (access == Access::execute) segment.reg = SegmentRegister::code;
  return {.segment = segment, .access = access};
}

std::string overview(const TranslationBench& bench) {
  return fmt::format("{}: {} level{} of page tables at {:#x}, {} of mappings:\n", bench.format().name,
                     bench.format().levels.size(), bench.format().levels.size() == 1 ? "" : "s",
                     bench.table().root().value(), bytes_cell(static_cast<double>(mapped_bytes(bench.map())))) +
         program_map_text(bench.map()) + "Name an address in one of them, or anywhere else.\n";
}

int translate(const TranslateOptions& options, const GlobalOptions& global) {
  const PageFormat& format = read_format(options.format);
  std::vector<TranslationRequest> requests;
  for (const std::string& text : options.addresses) requests.push_back(read_address(text, format, options));
  std::vector<SegmentRow> rows;
  if (!options.gdt.empty()) rows = parse_segments(read_input_file(options.gdt), options.gdt);
  TranslationBench bench(format, options.program.read(format, global.seed));
  const SegmentTables segments(bench.ram(), rows, {});

  std::string text;
  std::vector<Translation> translations;
  for (const TranslationRequest& request : requests) {
    translations.push_back(bench.translate(request, &segments));
    text += (text.empty() ? "" : "\n") + translation_report(bench, translations.back());
  }
  if (requests.empty()) text = overview(bench);
  std::vector<std::string> inputs = options.program.mappings;
  inputs.push_back(options.gdt);
  return give_report(global, inputs, text, translation_json(bench, translations));
}

Action add(CLI::App& command, const GlobalOptions& global) {
  auto options = std::make_shared<TranslateOptions>();
  command.add_option("ADDR", options->addresses, "hexadecimal; or SELECTOR:OFFSET with --gdt; none: what is mapped");
  command.add_option("--format", options->format, "x86-64, x86-32 or flat (one level, as in textbooks)")
      ->capture_default_str();
  command.add_option("--access", options->access, "read, write or execute")->capture_default_str();
  command.add_option("--gdt", options->gdt, "a file of segments, as `memory segments` reads it");
  options->program.add_to(command);
  return [options, &global] { return translate(*options, global); };
}

}  // namespace

extern const Command memory_translate_command{
    "translate", "an address through the page tables, entry by entry; faults explained",
    "signalbox memory translate 0x7ffff7f3c123 --access write\n"
    "  signalbox memory translate 400123 --map 400000-402000:r-x --format x86-32\n"
    "  signalbox memory translate 5581a2b3c000 --map /proc/self/maps\n\n"
    "Without --map: a small program. Pages with :absent are yet to be brought in.",
    add};

}  // namespace signalbox
