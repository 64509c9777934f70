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
#include "workloads/formats/sched_trace.hpp"
#include "workloads/formats/swf.hpp"

namespace signalbox {
namespace {

// To add a format: its file, and its row here.
constexpr auto format_rows = std::to_array<Format>({
    {"rt-app", ".json", "tasks, phases and events as rt-app's users write them",
     "events of memory, devices and IPC; util_min, util_max, nodes_membind", looks_like_rt_app, parse_rt_app, nullptr,
     write_rt_app},
    {"job-table", ".csv", "the textbook's table: name,arrival_us,burst_us,priority[,io_every_us,io_us]", "",
     looks_like_job_table, parse_job_table, nullptr, write_job_table},
    {"sched-trace", ".ftrace .perf .txt (.xz)", "a recording: ftrace or trace-cmd report text, perf sched script text",
     "", looks_like_sched_trace, nullptr, read_sched_trace},
    {"swf", ".swf (.xz)", "a log of batch jobs in the Standard Workload Format 2.2",
     "wait time, memory, limits, users, queues, preceding jobs", looks_like_swf, nullptr, read_swf},
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
  if (const Format* format = recognised(text)) return *format;
  throw InputError({file, 1, 1}, "no format recognises this text",
                   "an rt-app object in braces, a job table that begins with the line "
                   "name,arrival_us,burst_us,priority, text of ftrace or perf sched script, or a log in the Standard "
                   "Workload Format");
}

// Notes name their file, for whoever reads several.
Scenario with_file(Scenario scenario, const std::string& file) {
  for (std::string& note : scenario.notes) note.insert(0, file + ": ");
  return scenario;
}

Scenario read(InputFile& input, const Format& format) {
  if (format.parse != nullptr) return format.parse(input.read_all(), input.path());
  InputLines lines(input);
  return format.read(lines);
}

std::string name_of(const std::filesystem::path& path) {
  return (path.extension() == ".xz" ? path.stem() : path).stem().string();
}

}  // namespace

std::span<const Format> formats() { return format_rows; }

const Format* recognised(std::string_view beginning) {
  const auto* format = std::ranges::find_if(format_rows, [&](const Format& row) { return row.recognise(beginning); });
  return format == format_rows.end() ? nullptr : format;
}

const Format* find_format(std::string_view name) {
  const auto* found = std::ranges::find(format_rows, name, &Format::name);
  return found == format_rows.end() ? nullptr : found;
}

Scenario parse_scenario(std::string_view text, const std::string& file, std::string_view format_name) {
  const Format& format = format_of(text, file, format_name);
  if (format.parse != nullptr) return with_file(format.parse(text, file), file);
  InputLines lines(text, file);
  return with_file(format.read(lines), file);
}

Scenario load_scenario(const std::string& path, std::string_view format_name) {
  InputFile input(path);
  // What nobody recognises may be no text at all, which has an error of its own.
  if (format_name.empty() && recognised(input.beginning()) == nullptr) input.read_all();
  Scenario scenario = with_file(read(input, format_of(input.beginning(), path, format_name)), path);
  scenario.name = name_of(path);
  return scenario;
}

std::string write_scenario(const Scenario& scenario) {
  const Format* const format = find_format(scenario.format);
  return format != nullptr && format->write != nullptr ? format->write(scenario) : write_rt_app(scenario);
}

}  // namespace signalbox
