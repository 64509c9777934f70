#include "tools/commands/memory_report.hpp"

#include <fmt/format.h>

#include <array>

#include "kernel/base/nearest_word.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

std::array<const PageFormat*, 3> formats() { return {&x86_64_format(), &x86_32_format(), &flat_format()}; }

}  // namespace

std::vector<const PageFormat*> read_formats(const std::string& text) {
  if (text == "all") {
    const auto all = formats();
    return {all.begin(), all.end()};
  }
  return {&read_format(text)};
}

const PageFormat& read_format(const std::string& text) {
  std::vector<std::string_view> names;
  for (const PageFormat* format : formats()) {
    if (format->name == text) return *format;
    names.push_back(format->name);
  }
  throw InputError({.file = "--format", .line = 1, .column = 1}, "there is no page format " + in_quotes(text),
                   one_of(text, names));
}

void ProgramOptions::add_to(CLI::App& command) {
  command.add_option("--map", mappings,
                     "START-END:RIGHTS[:large|:absent], or a file of such lines; several times")
      ->allow_extra_args(false);  // an address may follow
  command.add_flag("--aslr", is_random, "lay out the small program by draws from --seed");
}

ProgramMap ProgramOptions::read(const PageFormat& format, std::uint64_t seed) const {
  if (!mappings.empty()) return read_program_map(mappings, format);
  return small_program(format, is_random ? std::optional(seed) : std::nullopt);
}

}  // namespace signalbox
