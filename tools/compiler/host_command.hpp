#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace signalbox {

// What another program of the host did.
struct CommandResult {
  int status = 0;      // its exit status, or 128 and the signal that ended it
  std::string output;  // of its standard output, if it was wanted
};

// Whether the program's standard output is ours, or told.
enum class CommandOutput : std::uint8_t { shared, captured };

// Runs it to its end; a word without a slash is looked for in PATH. Throws InputError: there is no such program.
CommandResult run_host_command(const std::vector<std::string>& words, CommandOutput output = CommandOutput::shared);

}  // namespace signalbox
