#pragma once

#include <span>
#include <string>
#include <string_view>

#include "workloads/formats/input_lines.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// A kind of workload file.
struct Format {
  std::string_view name;                          // as --format takes it
  std::string_view endings;                       // customary, for people; content decides
  std::string_view description;                   // one line for `list formats`
  std::string_view missing;                       // what of it has no effect here; empty: support is full
  bool (*recognise)(std::string_view beginning);  // by 64 KiB of it
  Scenario (*parse)(std::string_view text, const std::string& file);  // null: it is read line by line
  Scenario (*read)(InputLines& lines) = nullptr;                      // of any length; null: it is read whole
  std::string (*write)(const Scenario& scenario) = nullptr;           // null: it is only read
};

// All formats, in the order in which they are tried.
std::span<const Format> formats();

// The format that recognises a beginning, or nullptr.
const Format* recognised(std::string_view beginning);
// The format of that name, or nullptr.
const Format* find_format(std::string_view name);

// Reads a text in the named format, or without a name in the format that recognises it. Throws InputError; places in
// it and in the scenario name `file`.
Scenario parse_scenario(std::string_view text, const std::string& file, std::string_view format_name = {});

// The same from a file; its name without folder and ending is the scenario's.
Scenario load_scenario(const std::string& path, std::string_view format_name = {});

// The text of a scenario in its own format, or in rt-app's where that is only read. Throws InputError for what the
// format cannot say.
std::string write_scenario(const Scenario& scenario);

}  // namespace signalbox
