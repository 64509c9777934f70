#include "workloads/formats/rt_app_values.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <system_error>

namespace signalbox {
namespace {

using Kind = LooseValue::Kind;

std::string described(const LooseValue& value) {
  switch (value.kind) {
    case Kind::nothing:
      return "has no value";
    case Kind::word:
      return "still holds the placeholder " + value.text.substr(0, 60);
    case Kind::number:
      return "is " + value.text.substr(0, 60);
    case Kind::string:
      return "is the string " + in_quotes(value.text);
    case Kind::list:
      return "is a list";
    case Kind::object:
      return "is an object";
  }
  return {};
}

// Nothing where the text is not a whole number that fits.
std::optional<std::int64_t> whole_number(const LooseValue& value, const IntegerRange& range) {
  if (value.kind != Kind::number) return std::nullopt;
  std::int64_t number = 0;
  const char* end = value.text.data() + value.text.size();
  const auto [parsed, error] = std::from_chars(value.text.data(), end, number);
  if (error != std::errc() || parsed != end || number < range.low || number > range.high) return std::nullopt;
  return number;
}

}  // namespace

void refuse_value(const LooseMember& member, const std::string& expected) {
  throw InputError(member.value.place, in_quotes(member.key) + " " + described(member.value), expected);
}

std::int64_t integer_of(const LooseMember& member, const IntegerRange& range) {
  const std::optional<std::int64_t> number = whole_number(member.value, range);
  if (!number) refuse_value(member, range.expected);
  return *number;
}

Duration microseconds_of(const LooseMember& member, const IntegerRange& range) {
  return Duration(integer_of(member, range) * 1'000);
}

bool boolean_of(const LooseMember& member) {
  const std::string& text = member.value.text;
  const bool is_true = text == "true" || text == "True";  // rt-app's manual writes them as Python does
  const bool is_false = text == "false" || text == "False";
  if (member.value.kind != Kind::word || (!is_true && !is_false)) refuse_value(member, "true or false");
  return is_true;
}

const std::string& text_of(const LooseMember& member, const char* expected) {
  if (member.value.kind != Kind::string) refuse_value(member, expected);
  return member.value.text;
}

const std::string& name_of(const LooseMember& member, const char* expected) {
  if (text_of(member, expected).empty()) refuse_value(member, expected);
  if (has_control_character(member.value.text)) refuse_value(member, "no control character in a name");
  return member.value.text;
}

const LooseValue& object_of(const LooseMember& member) {
  if (member.value.kind != Kind::object) refuse_value(member, "an object in braces");
  return member.value;
}

std::vector<std::int64_t> integers_of(const LooseMember& member, const IntegerRange& item_range) {
  const std::string expected = std::string("a list in brackets, each ") + item_range.expected;
  if (member.value.kind != Kind::list) refuse_value(member, expected);
  if (member.value.items.empty()) throw InputError(member.value.place, in_quotes(member.key) + " is empty", expected);
  std::vector<std::int64_t> numbers;
  for (const LooseValue& item : member.value.items) {
    const std::optional<std::int64_t> number = whole_number(item, item_range);
    if (!number) {
      throw InputError(item.place, "an item of " + in_quotes(member.key) + " " + described(item), item_range.expected);
    }
    numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace signalbox
