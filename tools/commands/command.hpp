#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace signalbox {

// What every command may be told (cli.md).
struct GlobalOptions {
  std::uint64_t seed = 1;
  std::string json;  // empty: none; "-": standard output, where nothing else is printed then
  bool is_quiet = false;
  std::string color = "auto";

  bool prints_text() const { return !is_quiet && json != "-"; }
};

// Exit statuses that scripts rely on (cli.md).
inline constexpr int status_done = 0;
inline constexpr int status_failure_found = 1;
inline constexpr int status_bad_input = 2;
inline constexpr int status_our_bug = 3;
inline constexpr int status_interrupted = 130;  // 128 + SIGINT, as shells report it

// What a command does once its options are read; answers the exit status.
using Action = std::function<int()>;

// A subcommand: `add` declares its options and answers what it does with them.
struct Command {
  std::string_view name;
  std::string_view summary;
  std::string_view example;  // one worked example, shown by --help
  Action (*add)(CLI::App& command, const GlobalOptions& global);
};

// Every subcommand. To add one: a file here, its name in the list in registry.cpp.
std::span<const Command* const> all_commands();

}  // namespace signalbox
