#include "workloads/program_registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "kernel/base/nearest_word.hpp"
#include "kernel/base/time_text.hpp"

namespace signalbox {
namespace {

std::optional<ArgumentValue> read_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A number alone is microseconds, as everywhere in rt-app's files.
std::optional<ArgumentValue> read_time(std::string_view text) {
  if (const std::optional<Duration> time = parse_time(text)) return *time;
  if (const std::optional<Duration> time = parse_time(std::string(text) + "us")) return *time;
  return std::nullopt;
}

ArgumentValue read_value(const ProgramArgument& argument, const std::string& text, const SourcePlace& place) {
  const bool is_time = std::holds_alternative<Duration>(argument.fallback);
  const std::optional<ArgumentValue> value = is_time ? read_time(text) : read_integer(text);
  if (value && *value >= argument.least && *value <= argument.most) return *value;
  throw InputError(place, fmt::format("{} for \"{}\"", in_quotes(text), argument.name),
                   fmt::format("a {} from {} to {}", is_time ? "time" : "whole number", argument_text(argument.least),
                               argument_text(argument.most)));
}

template <class Rows, class Name>
std::string one_of_names(std::string_view wrong, const Rows& rows, Name name) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(name(row));
  return one_of(wrong, names);
}

}  // namespace

const NativeProgram& find_program(ProgramList programs, const ProgramCall& call) {
  const auto found = std::ranges::find(programs, call.name, [](const NativeProgram* row) { return row->name; });
  if (found != programs.end()) return **found;
  throw InputError(call.place, "there is no program " + in_quotes(call.name),
                   one_of_names(call.name, programs, [](const NativeProgram* row) { return row->name; }));
}

ProgramArguments read_arguments(const NativeProgram& program, const ProgramCall& call) {
  std::map<std::string, ArgumentValue, std::less<>> values;
  for (const ProgramArgument& argument : program.arguments) values.emplace(argument.name, argument.fallback);
  for (const auto& [name, text] : call.arguments) {
    const auto own_place = call.places.find(name);
    const SourcePlace& place = own_place == call.places.end() ? call.place : own_place->second;
    const auto argument = std::ranges::find(program.arguments, name, &ProgramArgument::name);
    if (argument == program.arguments.end()) {
      throw InputError(place, fmt::format("the program {} has no argument {}", in_quotes(call.name), in_quotes(name)),
                       one_of_names(name, program.arguments, [](const ProgramArgument& row) { return row.name; }));
    }
    values.find(name)->second = read_value(*argument, text, place);
  }
  return ProgramArguments(std::move(values));
}

std::string argument_text(const ArgumentValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return time_text(std::get<Duration>(value));
}

}  // namespace signalbox
