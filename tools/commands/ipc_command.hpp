#pragma once

#include "tools/commands/command.hpp"

namespace signalbox {

// What stands behind `signalbox ipc`: commands of its own.
extern const Command ipc_explain_command;

}  // namespace signalbox
