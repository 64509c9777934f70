#pragma once

#include "tools/compiler/compiler_words.hpp"

namespace signalbox {

// Does what the words ask for: compiles sources to objects whose references to the C library are the runtime's, and
// links programs. Answers the exit status; the compiler prints its own errors. Throws InputError.
int build_image(const CompilerWords& words);

}  // namespace signalbox
