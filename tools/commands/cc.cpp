#include <fmt/core.h>

#include <string>
#include <vector>

#include "tools/commands/command.hpp"
#include "tools/compiler/image_builder.hpp"

namespace signalbox {
namespace {

// Its words are the compiler's: of them only --help alone is looked at here.
Action add(CLI::App& command, const GlobalOptions&) {
  command.prefix_command();
  command.fallthrough(false);
  command.set_help_flag();
  return [&command] {
    const std::vector<std::string> words = command.remaining();
    if (words == std::vector<std::string>{"--help"}) {
      fmt::print("{}", command.help());
      return 0;
    }
    return build_image(read_compiler_words(words));
  };
}

}  // namespace

extern const Command cc_command{
    "cc", "compile ordinary C into a program that `run` runs: --compiler NAME, --cxx, and what gcc takes",
    "signalbox cc -O2 philosophers.c -o philosophers && signalbox run ./philosophers --policy eevdf --cpus 4", add};

}  // namespace signalbox
