#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// In double quotes, escaped as RFC 8259 asks; all else is written as it is.
std::string json_string(std::string_view text);

// A JSON object under construction, whose members keep their order.
class JsonObjectText {
 public:
  void add(std::string_view key, std::string_view written_value);
  void add(std::string_view key, std::int64_t number) { add(key, std::to_string(number)); }
  bool empty() const { return members_.empty(); }

  // On one line if it fits there; else as many members a line as fit, indented by `indent` and two more.
  std::string filled(std::size_t indent) const;
  // A member a line, indented by `indent` and two more.
  std::string listed(std::size_t indent) const;

 private:
  std::vector<std::string> members_;
};

}  // namespace signalbox
