#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "workloads/input_error.hpp"

namespace signalbox {

// Walks through a text byte by byte and knows where it stands. Columns count characters of UTF-8, not bytes.
class TextCursor {
 public:
  // The text must outlive the cursor. A byte order mark at its beginning is passed over.
  TextCursor(std::string_view text, std::string file);

  bool at_end() const { return offset_ == text_.size(); }
  char peek(std::size_t ahead = 0) const { return offset_ + ahead < text_.size() ? text_[offset_ + ahead] : '\0'; }
  bool starts_with(std::string_view word) const { return text_.substr(offset_).starts_with(word); }
  void advance(std::size_t bytes = 1);
  std::size_t offset() const { return offset_; }
  std::string_view since(std::size_t offset) const { return text_.substr(offset, offset_ - offset); }
  SourcePlace place() const { return {file_, line_, column_}; }

 private:
  std::string_view text_;
  std::string file_;
  std::size_t offset_ = 0;
  unsigned line_ = 1;
  unsigned column_ = 1;
};

// The text without the byte order mark that some editors put first.
std::string_view without_byte_order_mark(std::string_view text);

}  // namespace signalbox
