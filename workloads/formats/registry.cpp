#include "workloads/formats/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "kernel/base/nearest_word.hpp"
#include "workloads/formats/input_file.hpp"
#include "workloads/formats/job_table.hpp"
#include "workloads/formats/job_table_writer.hpp"
#include "workloads/formats/rt_app.hpp"
#include "workloads/formats/rt_app_writer.hpp"

namespace signalbox {
namespace {

// To add a format: its file, and its row here.
constexpr auto format_rows = std::to_array<Format>({
    {"rt-app", ".json", "tasks, phases and events as rt-app's users write them", looks_like_rt_app, parse_rt_app,
     write_rt_app},
    {"job-table", ".csv", "the textbook's table: name,arrival_us,burst_us,priority[,io_every_us,io_us]",
     looks_like_job_table, parse_job_table, write_job_table},
});

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  for (const Format& format : format_rows) names.push_back(format.name);
  return names;
}

const Format& format_of(std::string_view text, const std::string& file, std::string_view name) {
  if (!name.empty()) {
    if (const Format* format = find_format(name)) return *format;
    const std::vector<std::string_view> names = format_names();
    throw InputError({.file = "--format"}, "unknown format " + in_quotes(name),
                     fmt::format("one of {}; the nearest is {}", fmt::join(names, ", "), nearest_word(name, names)));
  }
  const auto* format = std::ranges::find_if(format_rows, [text](const Format& row) { return row.recognise(text); });
  if (format != format_rows.end()) return *format;
  throw InputError({.file = file}, "no format recognises this text",
                   "an rt-app object in braces, or a job table that begins with the line "
                   "name,arrival_us,burst_us,priority");
}

}  // namespace

std::span<const Format> formats() { return format_rows; }

const Format* find_format(std::string_view name) {
  const auto* found = std::ranges::find(format_rows, name, &Format::name);
  return found == format_rows.end() ? nullptr : found;
}

Scenario parse_scenario(std::string_view text, const std::string& file, std::string_view format_name) {
  return format_of(text, file, format_name).parse(text, file);
}

Scenario load_scenario(const std::string& path, std::string_view format_name) {
  Scenario scenario = parse_scenario(read_input_file(path), path, format_name);
  scenario.name = std::filesystem::path(path).stem().string();
  return scenario;
}

std::string write_scenario(const Scenario& scenario) {
  const Format* const format = find_format(scenario.format);
  return format != nullptr && format->write != nullptr ? format->write(scenario) : write_rt_app(scenario);
}

}  // namespace signalbox
