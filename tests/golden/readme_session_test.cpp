#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "kernel/exec/fiber_annotations.hpp"
#include "tests/support/command_run.hpp"

namespace signalbox::readme_session_test {

const std::string root = SIGNALBOX_SOURCE_DIR;
const std::string sessions = root + "/tools/sessions";
constexpr std::string_view prompt = "    $ signalbox ";

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

// Where what a command printed ends, that begins at `begin`: of the lines that are indented or empty, and no command.
std::size_t end_of_output(const std::string& text, std::size_t begin) {
  std::size_t end = begin;
  for (std::size_t at = begin; at < text.size() && (text.substr(at, 4) == "    " || text[at] == '\n');) {
    if (text.substr(at, prompt.size()) == prompt) break;
    const std::size_t next = text.find('\n', at) + 1;
    if (text[at] != '\n') end = next;
    at = next;
  }
  return end;
}

// What the command of a line prints, on standard error first, as on a terminal.
std::string output_of(const std::string& line) {
  std::istringstream words(line.substr(prompt.size()));
  const CommandRun run = command({std::istream_iterator<std::string>(words), {}});
  EXPECT_EQ(run.status, 0) << line << run.err;
  return indented(run.err + run.out);
}

// The page with what its commands print now.
std::string renewed(const std::string& text) {
  std::string page;
  std::size_t at = 0;
  for (std::size_t line = text.find(prompt); line != std::string::npos; line = text.find(prompt, at)) {
    const std::size_t begin = text.find('\n', line) + 1;
    page += text.substr(at, begin - at) + output_of(text.substr(line, begin - line));
    at = end_of_output(text, begin);
  }
  return page + text.substr(at);
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> pages() {
  std::vector<std::string> paths{root + "/README.md"};
  for (const auto& entry : std::filesystem::directory_iterator(sessions)) {
    const bool is_page = entry.path().extension() == ".md" && entry.path().filename() != "README.md";
    if (is_page) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

class ReadmeSession : public testing::TestWithParam<std::string> {};

TEST_P(ReadmeSession, IsWhatTheProgramPrints) {
  const std::string text = read(GetParam());
  EXPECT_NE(text.find(prompt), std::string::npos) << "the page shows a command";
  if ((has_address_sanitizer || has_thread_sanitizer) && GetParam().ends_with("/kernel_memory.md"))
    GTEST_SKIP() << "the kernel's objects are larger there";
  if (has_address_sanitizer && GetParam().ends_with("/program_paging.md"))
    GTEST_SKIP() << "the host's functions that a program calls are the sanitizer's, and use more of its stack";
  const TestFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::copy(sessions, folder.path("."), std::filesystem::copy_options::recursive);
  std::filesystem::current_path(folder.path("."));
  const std::string now = renewed(text);
  std::filesystem::current_path(before);
  if (std::getenv("SIGNALBOX_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(GetParam(), std::ios::binary) << now;
    return;
  }
  EXPECT_EQ(text, now) << "If that is meant: SIGNALBOX_UPDATE_GOLDEN=1 golden_tests, and say why in the commit.";
}

INSTANTIATE_TEST_SUITE_P(Pages, ReadmeSession, testing::ValuesIn(pages()), [](const auto& suite) {
  std::string name = std::filesystem::path(suite.param).stem();
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

}  // namespace signalbox::readme_session_test
