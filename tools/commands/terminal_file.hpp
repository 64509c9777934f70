#pragma once

#include <cstdint>
#include <functional>

#include "kernel/task/process.hpp"

namespace signalbox {

// Where the standard output of programs goes: to ours, or, where that holds something else, to standard error.
enum class TerminalOutput : std::uint8_t { both, errors_only };

// Gives a process our standard streams as its descriptors 0, 1 and 2: a terminal to it, whatever they are. A read waits
// on the host, and takes no virtual time.
std::function<void(Process&)> terminal_streams(TerminalOutput output);

}  // namespace signalbox
