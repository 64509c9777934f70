#include <array>

#include "tools/commands/command_group.hpp"
#include "tools/commands/ipc_command.hpp"

namespace signalbox {
namespace {

Action add(CLI::App& command, const GlobalOptions& global) {
  static constexpr std::array commands{&ipc_explain_command};
  return add_commands(command, global, commands);
}

}  // namespace

extern const Command ipc_command{"ipc", "pipes, signals, semaphores, queues: what they promise",
                                 "signalbox ipc explain PIPE-06", add};

}  // namespace signalbox
