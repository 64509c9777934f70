#pragma once

#include "tools/commands/command.hpp"

namespace signalbox {

// What stands behind `signalbox memory`: commands of its own.
extern const Command memory_replace_command;
extern const Command memory_segments_command;
extern const Command memory_tables_command;
extern const Command memory_tlb_command;
extern const Command memory_translate_command;

}  // namespace signalbox
