#include "tools/commands/command_line.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <system_error>

#include "kernel/base/nearest_word.hpp"
#include "tools/commands/command.hpp"
#include "tools/export/export_error.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

// A failed CHECK aborts; scripts know a bug of ours by its status.
void on_abort(int) { _exit(status_our_bug); }

// CLI11 takes a number beyond all bounds for the greatest one.
std::string seed_error(const std::string& text) {
  std::int64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error == std::errc() && end == text.data() + text.size() && seed >= 0) return {};
  return fmt::format("{} is not a whole number from 0 to {}", text, std::numeric_limits<std::int64_t>::max());
}

void add_global_options(CLI::App& app, GlobalOptions& global) {
  app.add_option("--seed", global.seed, "seed of everything random")
      ->check(CLI::Validator(seed_error, "UINT in [0 - 9223372036854775807]"))
      ->capture_default_str();
  app.add_option("--json", global.json, "write JSON to this file; - is standard output");
  app.add_flag("--quiet", global.is_quiet, "print no text");
  app.add_option("--color", global.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
}

void set_up_voice(const GlobalOptions& global) {
  const auto mode = global.color == "always"  ? spdlog::color_mode::always
                    : global.color == "never" ? spdlog::color_mode::never
                                              : spdlog::color_mode::automatic;
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_st>(mode);
  auto logger = std::make_shared<spdlog::logger>("signalbox", std::move(sink));
  logger->set_pattern("%^%l%$: %v");
  spdlog::set_default_logger(std::move(logger));
}

// The command that was named, as far as it was understood.
const CLI::App& innermost(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return *at;
}

// "signalbox memory"
std::string path_of(const CLI::App& app) {
  std::string path = "signalbox";
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    path += " " + at->get_name();
  }
  return path;
}

// What somebody took for one of those commands; empty if there is none.
std::string unknown_command(const CLI::App& app, const std::vector<const CLI::App*>& known) {
  if (known.empty()) return {};
  const std::vector<std::string> rest = app.remaining(true);
  const auto word = std::ranges::find_if(rest, [](const std::string& text) { return !text.starts_with('-'); });
  return word == rest.end() ? std::string() : *word;
}

// One line, whatever CLI11 says in several.
int print_usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<const CLI::App*> known = innermost(app).get_subcommands(nullptr);
  if (const std::string word = unknown_command(app, known); !word.empty()) {
    std::vector<std::string> names;
    for (const CLI::App* command : known) names.push_back(command->get_name());
    const std::vector<std::string_view> choices(names.begin(), names.end());
    fmt::print(stderr, "signalbox: error: there is no command {}; expected {}\n", in_quotes(word),
               one_of(word, choices));
    return status_bad_input;
  }
  std::string what = error.what();
  std::ranges::replace(what, '\n', ' ');
  fmt::print(stderr, "signalbox: error: {}; expected what `{} --help` shows\n", what, path_of(app));
  return status_bad_input;
}

int perform(const Action& action) {
  try {
    const int status = action();
    if (std::fflush(stdout) == 0) return status;
    fmt::print(stderr, "standard output: error: cannot write: {}\n", std::strerror(errno));
  } catch (const InputError& error) {
    fmt::print(stderr, "{}\n", error.what());
  } catch (const ExportError& error) {
    fmt::print(stderr, "{}\n", error.what());
  } catch (const std::system_error& error) {  // standard output takes no more; no host thread can be had
    fmt::print(stderr, "signalbox: error: {}\n", error.what());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "signalbox: error: the host has no memory left; expected a smaller scenario or fewer --jobs\n");
  }
  return status_bad_input;
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  std::signal(SIGABRT, on_abort);
  GlobalOptions global;
  CLI::App app{"Signalbox: an operating system's kernel in one process, in virtual time", "signalbox"};
  app.footer("Example:\n  signalbox compare video_call --policies all --seeds 5");
  add_global_options(app, global);
  app.require_subcommand(1);
  app.fallthrough();
  Action chosen;
  for (const Command* command : all_commands()) {
    CLI::App* sub = app.add_subcommand(std::string(command->name), std::string(command->summary));
    sub->footer(
        "--seed, --json, --quiet and --color are options of every command: `signalbox --help`.\n\nExample:\n  " +
        std::string(command->example));
    sub->callback([&chosen, action = command->add(*sub, global)] { chosen = action; });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    return print_usage_error(app, error);
  }
  set_up_voice(global);
  return perform(chosen);
}

}  // namespace signalbox
