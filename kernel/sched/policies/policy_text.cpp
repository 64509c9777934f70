#include "kernel/sched/policies/policy_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <utility>

namespace signalbox {
namespace {

struct Unit {
  std::string_view name;
  Duration size;
};
constexpr std::array<Unit, 4> units{{{"s", 1_s}, {"ms", 1_ms}, {"us", 1_us}, {"ns", 1_ns}}};

struct ValueError {
  std::string what;
  std::string expected;
};
using ParsedValue = std::variant<OptionValue, ValueError>;

// Levenshtein's distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string one_of(std::string_view name, std::span<const std::string_view> known) {
  const std::string_view nearest = nearest_name(name, known);
  const std::string list = fmt::format("one of {}", fmt::join(known, ", "));
  return nearest.empty() ? list : fmt::format("{} (did you mean {}?)", list, nearest);
}

// A whole decimal number, and where it ended.
bool read_number(std::string_view text, std::int64_t& number, std::string_view& rest) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return error == std::errc();
}

std::string time_range(const PolicyOption& option) {
  const std::string range = fmt::format("a time from {} to {}", duration_text(std::get<Duration>(option.least)),
                                        duration_text(std::get<Duration>(option.most)));
  return option.words.empty() ? range : range + " or off";
}

ParsedValue read_time(const PolicyOption& option, std::string_view text) {
  if (text == "off" && !option.words.empty()) return OptionValue(Duration());
  std::int64_t number = 0;
  std::string_view unit_name;
  if (!read_number(text, number, unit_name))
    return ValueError{fmt::format("'{}' is not a time", text), time_range(option)};
  const auto* const unit = std::ranges::find(units, unit_name, &Unit::name);
  if (unit == units.end()) {
    const std::string what = unit_name.empty() ? fmt::format("'{}' has no unit of time", text)
                                               : fmt::format("'{}' is not a unit of time", unit_name);
    return ValueError{what, time_range(option) + ", with the unit ns, us, ms or s"};
  }
  std::int64_t nanoseconds = 0;
  const bool overflows = __builtin_mul_overflow(number, unit->size.nanoseconds(), &nanoseconds);
  const OptionValue value = Duration(nanoseconds);
  if (overflows || value < option.least || value > option.most) {
    return ValueError{fmt::format("{} is out of range for {}", text, option.name), time_range(option)};
  }
  return value;
}

ParsedValue read_integer(const PolicyOption& option, std::string_view text) {
  const std::string range = fmt::format("a whole number from {} to {}", std::get<std::int64_t>(option.least),
                                        std::get<std::int64_t>(option.most));
  std::int64_t number = 0;
  std::string_view rest;
  if (!read_number(text, number, rest) || !rest.empty()) {
    return ValueError{fmt::format("'{}' is not a whole number in range", text), range};
  }
  const OptionValue value = number;
  if (value < option.least || value > option.most) {
    return ValueError{fmt::format("{} is out of range for {}", text, option.name), range};
  }
  return value;
}

ParsedValue read_flag(std::string_view text) {
  if (text == "true") return OptionValue(true);
  if (text == "false") return OptionValue(false);
  return ValueError{fmt::format("'{}' is neither true nor false", text), "true or false"};
}

ParsedValue read_word(const PolicyOption& option, std::string_view text) {
  if (std::ranges::find(option.words, text) != option.words.end()) return OptionValue(std::string(text));
  return ValueError{fmt::format("unknown {} '{}'", option.name, text), one_of(text, option.words)};
}

ParsedValue read_value(const PolicyOption& option, std::string_view text) {
  if (std::holds_alternative<Duration>(option.fallback)) return read_time(option, text);
  if (std::holds_alternative<std::int64_t>(option.fallback)) return read_integer(option, text);
  if (std::holds_alternative<bool>(option.fallback)) return read_flag(text);
  return read_word(option, text);
}

std::string option_names(const PolicyRow& row, std::string_view name) {
  if (row.options.empty()) return fmt::format("no options: {} has none", row.name);
  std::vector<std::string_view> names;
  for (const PolicyOption& option : row.options) names.push_back(option.name);
  return one_of(name, names);
}

}  // namespace

std::string duration_text(Duration duration) {
  const std::int64_t nanoseconds = duration.nanoseconds();
  const auto* const unit = std::ranges::find_if(units, [&](const Unit& candidate) {
    return nanoseconds != 0 && nanoseconds % candidate.size.nanoseconds() == 0;
  });
  if (unit == units.end()) return fmt::format("{}ns", nanoseconds);
  return fmt::format("{}{}", nanoseconds / unit->size.nanoseconds(), unit->name);
}

std::string option_text(const PolicyOption& option, const OptionValue& value) {
  if (const auto* const time = std::get_if<Duration>(&value)) {
    return *time == Duration() && !option.words.empty() ? "off" : duration_text(*time);
  }
  if (const auto* const number = std::get_if<std::int64_t>(&value)) return fmt::to_string(*number);
  if (const auto* const flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  return std::get<std::string>(value);
}

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known) {
  // A third of the letters wrong is still a slip; more is another word.
  std::size_t least = name.size() / 3 + 2;
  std::string_view nearest;
  for (const std::string_view candidate : known) {
    const bool is_abbreviated = name.size() >= 2 && candidate.starts_with(name);
    const std::size_t distance = is_abbreviated ? 1 : edit_distance(name, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

std::variant<const PolicyRow*, PolicyTextError> PolicyTextReader::read_row(std::string_view name) const {
  const auto found = std::ranges::find(rows_, name, &PolicyRow::name);
  if (found != rows_.end()) return *found;
  std::vector<std::string_view> names;
  for (const PolicyRow* const row : rows_) names.push_back(row->name);
  const std::string what = name.empty() ? "no policy is named" : fmt::format("unknown policy '{}'", name);
  return PolicyTextError{0, what, one_of(name, names)};
}

std::optional<PolicyTextError> PolicyTextReader::read_option(const PolicyRow& row, std::string_view part,
                                                             std::size_t column, Values& given) const {
  const std::size_t equals = part.find('=');
  const std::string_view name = part.substr(0, equals);
  const auto option = std::ranges::find(row.options, name, &PolicyOption::name);
  if (option == row.options.end()) {
    const std::string what = name.empty() ? fmt::format("an option of {} has no name", row.name)
                                          : fmt::format("unknown option '{}' of {}", name, row.name);
    return PolicyTextError{column, what, option_names(row, name)};
  }
  if (equals == std::string_view::npos) {
    return PolicyTextError{column + name.size(), fmt::format("option {} has no value", name), "'=' and a value"};
  }
  const ParsedValue value = read_value(*option, part.substr(equals + 1));
  if (const auto* const error = std::get_if<ValueError>(&value)) {
    return PolicyTextError{column + equals + 1, error->what, error->expected};
  }
  if (!given.emplace(name, std::get<OptionValue>(value)).second) {
    return PolicyTextError{column, fmt::format("option {} is given twice", name), "each option once"};
  }
  return std::nullopt;
}

std::variant<PolicyChoice, PolicyTextError> PolicyTextReader::read() {
  const std::size_t colon = text_.find(':');
  const auto row_or_error = read_row(text_.substr(0, colon));
  if (const auto* const error = std::get_if<PolicyTextError>(&row_or_error)) return *error;
  const PolicyRow& row = *std::get<const PolicyRow*>(row_or_error);

  Values values;
  for (std::size_t begin = colon; begin != std::string_view::npos;) {
    const std::size_t end = text_.find(',', begin + 1);
    const std::string_view part = text_.substr(begin + 1, end == std::string_view::npos ? end : end - begin - 1);
    if (auto error = read_option(row, part, begin + 1, values)) return *std::move(error);
    begin = end;
  }
  for (const PolicyOption& option : row.options) values.emplace(option.name, option.fallback);
  return PolicyChoice{&row, OptionValues(std::move(values))};
}

}  // namespace signalbox
