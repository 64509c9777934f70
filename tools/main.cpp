#include "tools/commands/command_line.hpp"
#include "tools/commands/fixed_addresses.hpp"

int main(int argc, char** argv) {
  signalbox::fix_addresses(argc, argv);
  return signalbox::run_command_line(argc, argv);
}
