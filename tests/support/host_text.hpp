#pragma once

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace signalbox {

// What the host itself says, to compare our imitations of it with; empty where it does not say it.
inline std::string host_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
inline std::string host_command(const std::string& command) {
  std::string text;
  std::FILE* const pipe = popen(("LC_ALL=C " + command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return text;
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) text.append(part.data(), got);
  pclose(pipe);
  return text;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}
// What stands before the colon in each line.
inline std::vector<std::string> names_of(const std::string& text) {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(text)) names.push_back(line.substr(0, line.find(':')));
  return names;
}
// Those of `names` that `other` does not have at or behind the place of the one before: none if the order is the same
// and only others stand between.
inline std::vector<std::string> out_of_order(const std::vector<std::string>& names,
                                             const std::vector<std::string>& other) {
  std::vector<std::string> wrong;
  std::size_t at = 0;
  for (const std::string& name : names) {
    std::size_t found = at;
    while (found < other.size() && other[found] != name) ++found;
    if (found == other.size()) {
      wrong.push_back(name);
    } else {
      at = found + 1;
    }
  }
  return wrong;
}

}  // namespace signalbox
