#pragma once

namespace signalbox {

// Reads the command line, does what it says, and answers the exit status (cli.md). Prints whatever went wrong.
int run_command_line(int argc, const char* const* argv);

}  // namespace signalbox
