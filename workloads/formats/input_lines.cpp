#include "workloads/formats/input_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "workloads/formats/input_file.hpp"
#include "workloads/formats/text_cursor.hpp"

namespace signalbox {

InputLines::InputLines(std::string_view text, std::string file)
    : file_(std::move(file)), left_(without_byte_order_mark(text)) {}

InputLines::InputLines(InputFile& input) : input_(&input), file_(input.path()) {
  refill();
  left_ = without_byte_order_mark(left_);
}

std::optional<std::string_view> InputLines::next() {
  std::size_t end = left_.find('\n');
  while (end == std::string_view::npos && left_.size() <= longest) {
    const std::size_t searched = left_.size();
    if (!refill()) break;
    end = left_.find('\n', searched);
  }
  if (left_.empty()) return std::nullopt;
  ++number_;
  has_end_ = end != std::string_view::npos;
  line_ = left_.substr(0, end);
  if (line_.size() > longest) {
    throw InputError({file_, number_, 1}, "this line is too long", fmt::format("at most {} bytes", longest));
  }
  left_.remove_prefix(has_end_ ? end + 1 : left_.size());
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  return line_;
}

SourcePlace InputLines::place(std::size_t offset) const {
  const auto begins_character = [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; };
  const auto before = std::ranges::count_if(line_.substr(0, offset), begins_character);
  return {file_, number_, static_cast<unsigned>(before) + 1};
}

// Moves what is left to the buffer's front and reads on behind it. Answers false at the end of the text.
bool InputLines::refill() {
  if (input_ == nullptr) return false;
  constexpr std::size_t piece = std::size_t{1} << 18U;
  const std::size_t kept = left_.size();
  if (buffer_.empty()) buffer_.resize(longest + 1 + piece);
  std::copy(left_.begin(), left_.end(), buffer_.begin());
  const std::size_t got = input_->read(buffer_.data() + kept, piece);
  left_ = std::string_view(buffer_).substr(0, kept + got);
  return got > 0;
}

}  // namespace signalbox
