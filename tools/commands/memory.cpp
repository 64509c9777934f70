#include <array>

#include "tools/commands/memory_command.hpp"

namespace signalbox {
namespace {

Action add(CLI::App& command, const GlobalOptions& global) {
  static constexpr std::array commands{&memory_replace_command};
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

extern const Command memory_command{"memory", "page replacement, as textbooks and kernels do it",
                                    "signalbox memory replace \"1 2 3 4 1 2 5 1 2 3 4 5\" --policy fifo --frames 3,4",
                                    add};

}  // namespace signalbox
