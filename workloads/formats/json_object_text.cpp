#include "workloads/formats/json_object_text.hpp"

#include <fmt/format.h>

namespace signalbox {
namespace {

constexpr std::size_t line_length = 120;

}  // namespace

std::string json_string(std::string_view text) {
  std::string written = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') {
      written += '\\';
      written += letter;
    } else if (static_cast<unsigned char>(letter) < 0x20) {
      written += fmt::format("\\u{:04x}", static_cast<unsigned char>(letter));
    } else {
      written += letter;
    }
  }
  return written += '"';
}

void JsonObjectText::add(std::string_view key, std::string_view written_value) {
  members_.push_back(fmt::format("{}: {}", json_string(key), written_value));
}

std::string JsonObjectText::filled(std::size_t indent) const {
  std::size_t length = indent + 2;
  for (const std::string& member : members_) length += member.size() + 2;
  if (length <= line_length) return fmt::format("{{{}}}", fmt::join(members_, ", "));
  const std::string margin(indent + 2, ' ');
  std::string text = "{";
  std::size_t column = line_length;
  for (const std::string& member : members_) {
    const bool is_first = &member == &members_.front();
    const bool fits = column + member.size() + 2 < line_length;
    text += fits ? ", " : fmt::format("{}\n{}", is_first ? "" : ",", margin);
    column = (fits ? column + 2 : margin.size()) + member.size();
    text += member;
  }
  return text + fmt::format("\n{}}}", std::string(indent, ' '));
}

std::string JsonObjectText::listed(std::size_t indent) const {
  const std::string margin(indent, ' ');
  return fmt::format("{{\n{0}  {1}\n{0}}}", margin, fmt::join(members_, ",\n  " + margin));
}

}  // namespace signalbox
