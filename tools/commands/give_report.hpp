#pragma once

#include <string>
#include <vector>

#include "tools/commands/command.hpp"

namespace signalbox {

// Prints and writes what a command found, as the global options say; the JSON overwrites none of the inputs.
// Answers the exit status. Throws InputError.
int give_report(const GlobalOptions& global, const std::vector<std::string>& inputs, const std::string& text,
                const std::string& json);

}  // namespace signalbox
