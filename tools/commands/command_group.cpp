#include "tools/commands/command_group.hpp"

namespace signalbox {

Action add_commands(CLI::App& command, const GlobalOptions& global, std::span<const Command* const> commands) {
  auto chosen = std::make_shared<Action>();
  for (const Command* each : commands) {
    CLI::App* const sub = command.add_subcommand(std::string(each->name), std::string(each->summary));
    sub->footer("Example:\n  " + std::string(each->example));
    sub->callback([chosen, action = each->add(*sub, global)] { *chosen = action; });
  }
  command.require_subcommand(1);
  return [chosen] { return (*chosen)(); };
}

}  // namespace signalbox
