#include "tools/compiler/symbol_check.hpp"

#include <algorithm>

namespace signalbox {
namespace {

// Calls `use` for each line.
template <class Use>
void for_lines(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// The last word of a line, and of that what comes before a version.
std::string_view name_in(std::string_view line) {
  const std::size_t space = line.find_last_of(' ');
  const std::string_view word = space == std::string_view::npos ? line : line.substr(space + 1);
  return word.substr(0, word.find('@'));
}

}  // namespace

std::set<std::string, std::less<>> parse_pure_functions(std::string_view text) {
  std::set<std::string, std::less<>> names;
  for_lines(text, [&](std::string_view line) {
    if (line.starts_with('#')) return;
    while (!line.empty()) {
      const std::size_t end = std::min(line.find(' '), line.size());
      if (end > 0) names.emplace(line.substr(0, end));
      line.remove_prefix(std::min(end + 1, line.size()));
    }
  });
  return names;
}

std::vector<std::string> undefined_symbols(std::string_view nm) {
  std::vector<std::string> names;
  for_lines(nm, [&](std::string_view line) {
    if (!line.empty()) names.emplace_back(name_in(line));
  });
  return names;
}

std::string object_that_needs(std::string_view nm, std::string_view symbol) {
  std::string found;
  for_lines(nm, [&](std::string_view line) {
    if (found.empty() && name_in(line) == symbol) found = line.substr(0, line.find(": "));
    while (found.ends_with(' ') || found.ends_with(':')) found.pop_back();
  });
  return found;
}

}  // namespace signalbox
