#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/support/command_run.hpp"

namespace signalbox::readme_session_test {

const std::string readme_path = std::string(SIGNALBOX_SOURCE_DIR) + "/README.md";
constexpr std::string_view prompt = "    $ signalbox ";

// The README cut where what a command printed begins and ends.
struct Session {
  std::string before;  // ends with the command
  std::vector<std::string> command;
  std::string printed;
  std::string after;
};

Session read_session() {
  std::ifstream file(readme_path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::size_t line = text.find(prompt);
  EXPECT_NE(line, std::string::npos) << "the README shows a command";
  const std::size_t begin = text.find('\n', line) + 1;
  std::size_t end = begin;  // of the lines that are indented or empty, and hold something
  for (std::size_t at = begin; at < text.size() && (text.substr(at, 4) == "    " || text[at] == '\n');) {
    const std::size_t next = text.find('\n', at) + 1;
    if (text[at] != '\n') end = next;
    at = next;
  }
  Session session{text.substr(0, begin), {}, text.substr(begin, end - begin), text.substr(end)};
  std::istringstream words(text.substr(line + prompt.size(), begin - line - prompt.size()));
  for (std::string word; words >> word;) session.command.push_back(word);
  return session;
}

// As a block of Markdown, without blanks at the ends of lines.
std::string indented(const std::string& printed) {
  std::string block;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    line.resize(line.find_last_not_of(' ') + 1);
    block += line.empty() ? "\n" : "    " + line + "\n";
  }
  return block;
}

TEST(ReadmeSession, IsWhatTheProgramPrints) {
  const Session session = read_session();
  const CommandRun run = command(session.command);
  EXPECT_EQ(run.status, 0) << run.err;
  if (std::getenv("SIGNALBOX_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(readme_path, std::ios::binary) << session.before << indented(run.out) << session.after;
    return;
  }
  EXPECT_EQ(session.printed, indented(run.out))
      << "If that is meant: SIGNALBOX_UPDATE_GOLDEN=1 golden_tests, and say why in the commit.";
}

}  // namespace signalbox::readme_session_test
