#include "tools/commands/command_line.hpp"

int main(int argc, char** argv) { return signalbox::run_command_line(argc, argv); }
