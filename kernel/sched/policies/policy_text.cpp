#include "kernel/sched/policies/policy_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "kernel/base/nearest_word.hpp"
#include "kernel/base/time_text.hpp"

namespace signalbox {
namespace {

struct ValueError {
  std::string what;
  std::string expected;
};
using ParsedValue = std::variant<OptionValue, ValueError>;

// A whole decimal number, and where it ended.
bool read_number(std::string_view text, std::int64_t& number, std::string_view& rest) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return error == std::errc();
}

std::string time_range(const PolicyOption& option) {
  const std::string range = fmt::format("a time from {} to {}", time_text(std::get<Duration>(option.least)),
                                        time_text(std::get<Duration>(option.most)));
  return option.words.empty() ? range : range + " or off";
}

// Why `text`, which parse_time refused, is no time.
std::string why_no_time(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::invalid_argument) return fmt::format("'{}' is not a time", text);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.empty()) return fmt::format("'{}' has no unit of time", text);
  if (parse_time(fmt::format("0{}", unit))) return fmt::format("{} is out of range", text);
  return fmt::format("'{}' is not a unit of time", unit);
}

ParsedValue read_time(const PolicyOption& option, std::string_view text) {
  if (text == "off" && !option.words.empty()) return OptionValue(Duration());
  const std::optional<Duration> time = parse_time(text);
  if (!time) return ValueError{why_no_time(text), time_range(option) + ", with the unit ns, us, ms or s"};
  const OptionValue value = *time;
  if (value < option.least || value > option.most) {
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

// The path alone: reading files is not for the kernel.
ParsedValue read_file_option(std::string_view text) {
  if (text.empty()) return ValueError{"no file is named", "the path of a file"};
  return OptionValue(OptionFile{.path = std::string(text), .text = {}});
}

ParsedValue read_value(const PolicyOption& option, std::string_view text) {
  if (std::holds_alternative<Duration>(option.fallback)) return read_time(option, text);
  if (std::holds_alternative<std::int64_t>(option.fallback)) return read_integer(option, text);
  if (std::holds_alternative<bool>(option.fallback)) return read_flag(text);
  if (std::holds_alternative<OptionFile>(option.fallback)) return read_file_option(text);
  return read_word(option, text);
}

const PolicyOption* find_option(const OptionOwner& owner, std::string_view name) {
  const auto own = std::ranges::find(owner.options, name, &PolicyOption::name);
  if (own != owner.options.end()) return &*own;
  const auto shared = std::ranges::find(owner.shared, name, &PolicyOption::name);
  return shared == owner.shared.end() ? nullptr : &*shared;
}

std::string option_names(const OptionOwner& owner, std::string_view name) {
  if (owner.options.empty() && owner.shared.empty()) return fmt::format("no options: {} has none", owner.name);
  std::vector<std::string_view> names;
  for (const PolicyOption& option : owner.options) names.push_back(option.name);
  for (const PolicyOption& option : owner.shared) names.push_back(option.name);
  return one_of(name, names);
}

}  // namespace

std::string option_text(const PolicyOption& option, const OptionValue& value) {
  if (const auto* const time = std::get_if<Duration>(&value)) {
    return *time == Duration() && !option.words.empty() ? "off" : time_text(*time);
  }
  if (const auto* const number = std::get_if<std::int64_t>(&value)) return fmt::to_string(*number);
  if (const auto* const flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* const file = std::get_if<OptionFile>(&value)) return file->path;
  return std::get<std::string>(value);
}

std::string spelled_options(std::string_view name, std::span<const PolicyOption> options, const OptionValues& values) {
  std::string text(name);
  char separator = ':';
  for (const PolicyOption& option : options) {
    const OptionValue& value = values.all().find(option.name)->second;
    if (value == option.fallback) continue;
    text += separator;
    text += option.name;
    text += '=';
    text += option_text(option, value);
    separator = ',';
  }
  return text;
}

std::variant<const OptionOwner*, PolicyTextError> OptionTextReader::read_owner(std::string_view name) const {
  const auto found = std::ranges::find(owners_, name, &OptionOwner::name);
  if (found != owners_.end()) return &*found;
  std::vector<std::string_view> names;
  for (const OptionOwner& owner : owners_) names.push_back(owner.name);
  const std::string what =
      name.empty() ? fmt::format("no {} is named", kind_) : fmt::format("unknown {} '{}'", kind_, name);
  return PolicyTextError{0, what, one_of(name, names)};
}

std::optional<PolicyTextError> OptionTextReader::read_option(const OptionOwner& owner, std::string_view part,
                                                             std::size_t column, Values& given) const {
  const std::size_t equals = part.find('=');
  const std::string_view name = part.substr(0, equals);
  const PolicyOption* const option = find_option(owner, name);
  if (option == nullptr) {
    const std::string what = name.empty() ? fmt::format("an option of {} has no name", owner.name)
                                          : fmt::format("unknown option '{}' of {}", name, owner.name);
    return PolicyTextError{column, what, option_names(owner, name)};
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

std::variant<OwnerChoice, PolicyTextError> OptionTextReader::read() {
  const std::size_t colon = text_.find(':');
  const auto owner_or_error = read_owner(text_.substr(0, colon));
  if (const auto* const error = std::get_if<PolicyTextError>(&owner_or_error)) return *error;
  const OptionOwner& owner = *std::get<const OptionOwner*>(owner_or_error);

  Values values;
  for (std::size_t begin = colon; begin != std::string_view::npos;) {
    const std::size_t end = text_.find(',', begin + 1);
    const std::string_view part = text_.substr(begin + 1, end == std::string_view::npos ? end : end - begin - 1);
    if (auto error = read_option(owner, part, begin + 1, values)) return *std::move(error);
    begin = end;
  }
  for (const PolicyOption& option : owner.options) values.emplace(option.name, option.fallback);
  return OwnerChoice{static_cast<std::size_t>(&owner - owners_.data()), OptionValues(std::move(values))};
}

std::variant<PolicyChoice, PolicyTextError> PolicyTextReader::read() {
  std::vector<OptionOwner> owners;
  for (const PolicyRow* const row : rows_) owners.push_back({row->name, row->options, shared_options()});
  auto read = OptionTextReader(text_, "policy", owners).read();
  if (auto* const error = std::get_if<PolicyTextError>(&read)) return std::move(*error);
  auto& choice = std::get<OwnerChoice>(read);
  return PolicyChoice{rows_[choice.owner], std::move(choice.options)};
}

}  // namespace signalbox
