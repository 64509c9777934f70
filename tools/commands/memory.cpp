#include <array>

#include "tools/commands/memory_command.hpp"

namespace signalbox {
namespace {

Action add(CLI::App& command, const GlobalOptions& global) {
  static constexpr std::array commands{&memory_translate_command, &memory_tables_command, &memory_segments_command,
                                       &memory_tlb_command, &memory_replace_command};
  auto chosen = std::make_shared<Action>();
  for (const Command* each : commands) {
    CLI::App* const sub = command.add_subcommand(std::string(each->name), std::string(each->summary));
    sub->footer("Example:\n  " + std::string(each->example));
    sub->callback([chosen, action = each->add(*sub, global)] { *chosen = action; });
  }
  command.require_subcommand(1);
  return [chosen] { return (*chosen)(); };
}

}  // namespace

extern const Command memory_command{"memory", "page tables, segments, TLBs and page replacement, looked at closely",
                                    "signalbox memory translate 0x7ffff7f3c123", add};

}  // namespace signalbox
