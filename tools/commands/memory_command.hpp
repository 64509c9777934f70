#pragma once

#include "tools/commands/command.hpp"

namespace signalbox {

// What stands behind `signalbox memory`: commands of its own.
extern const Command memory_replace_command;

}  // namespace signalbox
