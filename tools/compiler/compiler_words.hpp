#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// What a compiler is asked for, read from words as gcc takes them.
struct CompilerWords {
  enum class Stage : std::uint8_t {
    pass,     // print something, preprocess or write assembly: the compiler's own business
    objects,  // -c
    link,
  };

  std::string compiler;  // empty: gcc, or g++ for C++
  bool is_cxx = false;   // --cxx
  Stage stage = Stage::link;
  std::string output;                     // -o; empty: the compiler's rule
  std::vector<std::string> compile;       // options for compiling, in order
  std::vector<std::string> link;          // -Wl and what else only the linker sees
  std::vector<std::string> library_dirs;  // -L

  // Sources, objects, archives and -l, in order.
  struct Input {
    enum class Kind : std::uint8_t { source, object, archive, library };
    Kind kind = Kind::source;
    std::string name;      // a path; of a library, what follows -l
    std::string language;  // -x, where it was given before
  };
  std::vector<Input> inputs;
  std::vector<std::string> all;  // every word but our own options
};

// Throws InputError: an option that makes no program for an emulated machine.
CompilerWords read_compiler_words(const std::vector<std::string>& words);

}  // namespace signalbox
