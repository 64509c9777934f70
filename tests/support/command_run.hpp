#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/test_folder.hpp"
#include "tools/commands/command_line.hpp"

namespace signalbox {

// What a command line did, as its user sees it.
struct CommandRun {
  int status = -1;
  std::string out;
  std::string err;

  nlohmann::json json() const { return nlohmann::json::parse(out, nullptr, false); }
  // Bad input: status 2, one line on standard error, nothing on standard output.
  bool is_refused() const {
    return status == 2 && out.empty() && err.ends_with('\n') && std::ranges::count(err, '\n') == 1;
  }
};

inline CommandRun command(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv{"signalbox"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  CommandRun run;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  run.status = run_command_line(static_cast<int>(argv.size()), argv.data());
  run.out = testing::internal::GetCapturedStdout();
  run.err = testing::internal::GetCapturedStderr();
  return run;
}

inline constexpr std::string_view two_tasks = R"({"tasks": {
  "a": {"loop": 3, "run": 1000, "sleep": 500},
  "b": {"loop": 1, "run": 2500}}})";
inline constexpr std::string_view deadlock_of_two = R"({"tasks": {
  "left": {"loop": 1, "lock": "x", "sleep": 1000, "lock": "y"},
  "right": {"loop": 1, "lock": "y", "sleep": 1000, "lock": "x"}}})";

}  // namespace signalbox
