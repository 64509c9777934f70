#include <optional>

#include "tools/commands/give_report.hpp"
#include "tools/commands/memory_command.hpp"
#include "tools/commands/memory_report.hpp"
#include "tools/memory/placed_word.hpp"
#include "tools/memory/table_sizes.hpp"

namespace signalbox {
namespace {

struct TablesOptions {
  std::string format = "all";
  std::string fill;
  ProgramOptions program;
};

int tables(const TablesOptions& options, const GlobalOptions& global) {
  std::optional<FillSizes> fill;
  if (!options.fill.empty()) fill = fill_sizes(share_of(option_word("--fill", options.fill), "a share"));
  std::vector<FormatSizes> sizes;
  for (const PageFormat* format : read_formats(options.format)) {
    sizes.push_back(program_sizes(*format, options.program.read(*format, global.seed)));
  }
  const std::string text = table_sizes_text(sizes) + (fill ? "\n" + fill_text(*fill) : "");
  return give_report(global, options.program.mappings, text, table_sizes_json(sizes, fill));
}

Action add(CLI::App& command, const GlobalOptions& global) {
  auto options = std::make_shared<TablesOptions>();
  command.add_option("--format", options->format, "x86-64, x86-32, flat or all")->capture_default_str();
  command.add_option("--fill", options->fill, "the textbooks' sum: this share of second-level tables in use");
  options->program.add_to(command);
  return [options, &global] { return tables(*options, global); };
}

}  // namespace

extern const Command memory_tables_command{"tables",
                                           "what page tables take, level by level, and how much of it is used",
                                           "signalbox memory tables --fill 20%", add};

}  // namespace signalbox
