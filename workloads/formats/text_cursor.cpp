#include "workloads/formats/text_cursor.hpp"

#include <algorithm>
#include <utility>

namespace signalbox {

TextCursor::TextCursor(std::string_view text, std::string file)
    : text_(without_byte_order_mark(text)), file_(std::move(file)) {}

void TextCursor::advance(std::size_t bytes) {
  const std::size_t end = std::min(offset_ + bytes, text_.size());
  for (; offset_ < end; ++offset_) {
    if (text_[offset_] == '\n') {
      ++line_;
      column_ = 1;
    } else if (offset_ + 1 == text_.size() || (static_cast<unsigned char>(text_[offset_ + 1]) & 0xc0U) != 0x80U) {
      ++column_;  // the next byte begins a character
    }
  }
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  return text.starts_with(byte_order_mark) ? text.substr(byte_order_mark.size()) : text;
}

}  // namespace signalbox
