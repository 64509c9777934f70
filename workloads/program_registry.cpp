#include "workloads/program_registry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace signalbox {
namespace {

struct TimeUnit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// Longest first, as times are written; the last one is for a number alone.
constexpr auto time_units =
    std::to_array<TimeUnit>({{"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}, {"", 1'000}});

struct Number {
  std::int64_t value = 0;
  std::string_view rest;
};

std::optional<Number> read_number(std::string_view text) {
  Number number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number.value);
  if (error != std::errc()) return std::nullopt;
  number.rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<ArgumentValue> read_integer(std::string_view text) {
  const std::optional<Number> number = read_number(text);
  if (!number || !number->rest.empty()) return std::nullopt;
  return number->value;
}

std::optional<ArgumentValue> read_time(std::string_view text) {
  const std::optional<Number> number = read_number(text);
  if (!number) return std::nullopt;
  const auto* unit = std::ranges::find(time_units, number->rest, &TimeUnit::name);
  std::int64_t nanoseconds = 0;
  if (unit == time_units.end() || __builtin_mul_overflow(number->value, unit->nanoseconds, &nanoseconds)) {
    return std::nullopt;
  }
  return Duration(nanoseconds);
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
std::string names_of(const Rows& rows, Name name) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(name(row));
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

const NativeProgram& find_program(ProgramList programs, const ProgramCall& call) {
  const auto found = std::ranges::find(programs, call.name, [](const NativeProgram* row) { return row->name; });
  if (found != programs.end()) return **found;
  throw InputError(call.place, "there is no program " + in_quotes(call.name),
                   "one of " + names_of(programs, [](const NativeProgram* row) { return row->name; }));
}

ProgramArguments read_arguments(const NativeProgram& program, const ProgramCall& call) {
  std::map<std::string, ArgumentValue, std::less<>> values;
  for (const ProgramArgument& argument : program.arguments) values.emplace(argument.name, argument.fallback);
  for (const auto& [name, text] : call.arguments) {
    const auto argument = std::ranges::find(program.arguments, name, &ProgramArgument::name);
    if (argument == program.arguments.end()) {
      throw InputError(call.place,
                       fmt::format("the program {} has no argument {}", in_quotes(call.name), in_quotes(name)),
                       "one of " + names_of(program.arguments, [](const ProgramArgument& row) { return row.name; }));
    }
    values.find(name)->second = read_value(*argument, text, call.place);
  }
  return ProgramArguments(std::move(values));
}

std::string argument_text(const ArgumentValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  const std::int64_t nanoseconds = std::get<Duration>(value).nanoseconds();
  if (nanoseconds == 0) return "0ns";
  for (const TimeUnit& unit : time_units) {
    if (nanoseconds % unit.nanoseconds == 0) return fmt::format("{}{}", nanoseconds / unit.nanoseconds, unit.name);
  }
  std::unreachable();
}

}  // namespace signalbox
