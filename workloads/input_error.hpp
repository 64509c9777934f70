#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace signalbox {

// A place in a text somebody wrote; line and column count from 1, 0 means "the file as a whole".
struct SourcePlace {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;
};

// What is wrong with a user's input, and what was expected instead. main prints it as
// `file:line:col: error: what; expected what` and exits with status 2. Always one line: control characters that came
// from the input are written as \xNN.
class InputError : public std::runtime_error {
 public:
  InputError(const SourcePlace& place, const std::string& what, const std::string& expected);
  // The same error, and what came of it.
  InputError(const InputError& error, const std::string& remark);

  const SourcePlace& place() const { return place_; }

 private:
  SourcePlace place_;
};

// A word of the input as messages show it: in double quotes, and cut where it is too long to read.
std::string in_quotes(std::string_view word);

// Names go into traces and tables, whose lines a control character would break.
bool has_control_character(std::string_view text);

}  // namespace signalbox
