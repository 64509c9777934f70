#include <array>

#include "tools/commands/ipc_command.hpp"

namespace signalbox {
namespace {

Action add(CLI::App& command, const GlobalOptions& global) {
  static constexpr std::array commands{&ipc_explain_command};
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

extern const Command ipc_command{"ipc", "pipes, signals, semaphores, queues: what they promise",
                                 "signalbox ipc explain PIPE-06", add};

}  // namespace signalbox
