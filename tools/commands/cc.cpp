#include "tools/commands/command.hpp"
#include "tools/compiler/image_builder.hpp"

namespace signalbox {
namespace {

// Its words are the compiler's: none of them is looked at here.
Action add(CLI::App& command, const GlobalOptions&) {
  command.prefix_command();
  command.fallthrough(false);
  command.set_help_flag();
  return [&command] { return build_image(read_compiler_words(command.remaining())); };
}

}  // namespace

extern const Command cc_command{
    "cc", "compile ordinary C into a program that `run` runs: --compiler NAME, --cxx, and what gcc takes",
    "signalbox cc -O2 philosophers.c -o philosophers && signalbox run ./philosophers --policy eevdf --cpus 4", add};

}  // namespace signalbox
