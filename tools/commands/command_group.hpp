#pragma once

#include "tools/commands/command.hpp"

namespace signalbox {

// For a command that is several of its own (`signalbox memory translate`): declares them, one of which must be chosen.
Action add_commands(CLI::App& command, const GlobalOptions& global, std::span<const Command* const> commands);

}  // namespace signalbox
