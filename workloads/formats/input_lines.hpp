#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "workloads/input_error.hpp"

namespace signalbox {

class InputFile;

// A text line by line, in the memory of a few lines however long the text is.
class InputLines {
 public:
  static constexpr std::size_t longest = std::size_t{1} << 16U;  // bytes of a line

  // `text` or `input` must outlive this. A byte order mark at the beginning is passed over.
  InputLines(std::string_view text, std::string file);
  explicit InputLines(InputFile& input);

  // The next line without its end ("\n" or "\r\n"), until the next call; none at the end of the text. Throws InputError
  // where a line is too long.
  std::optional<std::string_view> next();

  const std::string& file() const { return file_; }
  unsigned number() const { return number_; }  // of the line given last, from 1
  // In that line. Columns count characters, not bytes.
  SourcePlace place(std::size_t offset = 0) const;
  // Whether the line given last has an end: if not, it may be cut off.
  bool has_end() const { return has_end_; }

 private:
  bool refill();

  InputFile* input_ = nullptr;  // null: all is in `left_`
  std::string file_;
  std::string buffer_;
  std::string_view left_;  // not yet given
  std::string_view line_;
  unsigned number_ = 0;
  bool has_end_ = true;
};

}  // namespace signalbox
