#include <array>

#include "tools/commands/command.hpp"

namespace signalbox {

extern const Command run_command;
extern const Command cc_command;
extern const Command compare_command;
extern const Command generate_command;
extern const Command list_command;
extern const Command memory_command;
extern const Command allocators_command;
extern const Command ipc_command;

std::span<const Command* const> all_commands() {
  static constexpr std::array commands{&run_command,  &cc_command,     &compare_command,    &generate_command,
                                       &list_command, &memory_command, &allocators_command, &ipc_command};
  return commands;
}

}  // namespace signalbox
