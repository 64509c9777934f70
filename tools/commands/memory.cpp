#include <array>

#include "tools/commands/command_group.hpp"
#include "tools/commands/memory_command.hpp"

namespace signalbox {
namespace {

Action add(CLI::App& command, const GlobalOptions& global) {
  static constexpr std::array commands{&memory_translate_command, &memory_tables_command, &memory_segments_command,
                                       &memory_tlb_command, &memory_replace_command};
  return add_commands(command, global, commands);
}

}  // namespace

extern const Command memory_command{"memory", "page tables, segments, TLBs and page replacement, looked at closely",
                                    "signalbox memory translate 0x7ffff7f3c123", add};

}  // namespace signalbox
