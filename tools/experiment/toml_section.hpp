#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/nearest_word.hpp"
#include "kernel/base/time_text.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {

// One table of a machine file: typed, ranged access that knows places, and a check for unknown keys.
class TomlSection {
 public:
  using Words = std::vector<std::string_view>;

  TomlSection(const toml::table& table, std::string file) : table_(table), file_(std::move(file)) {}

  SourcePlace place(const toml::node& node) const {
    return {file_, node.source().begin.line, node.source().begin.column};
  }

  // Throws for a key that is not among `known`.
  void expect_only(const Words& known) const {
    for (const auto& [key, node] : table_) {
      if (std::ranges::find(known, key.str()) != known.end()) continue;
      const SourcePlace where{file_, key.source().begin.line, key.source().begin.column};
      throw InputError(
          where, fmt::format("unknown key '{}'", key.str()),
          fmt::format("one of {} (did you mean '{}'?)", fmt::join(known, ", "), nearest_word(key.str(), known)));
    }
  }

  const toml::node* find(std::string_view key) const { return table_.get(key); }

  std::string text(std::string_view key, std::string_view fallback) const {
    const toml::node* node = find(key);
    if (node == nullptr) return std::string(fallback);
    if (!node->is_string()) throw InputError(place(*node), fmt::format("'{}' is not a string", key), "a string");
    return **node->as_string();
  }

  std::int64_t number(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) const {
    const toml::node* node = find(key);
    return node == nullptr ? fallback : ranged(*node, key, least, most);
  }

  std::int64_t ranged(const toml::node& node, std::string_view key, std::int64_t least, std::int64_t most) const {
    const auto* value = node.as_integer();
    const std::string expected = fmt::format("a whole number from {} to {}", least, most);
    if (value == nullptr) throw InputError(place(node), fmt::format("'{}' is not a whole number", key), expected);
    if (value->get() < least || value->get() > most) {
      throw InputError(place(node), fmt::format("'{}' is {}", key, value->get()), expected);
    }
    return value->get();
  }

  // A time is text with a unit: "177ns", "1.5us", "4ms", "1s". 0 if it is not there.
  Duration time(std::string_view key, Duration least = Duration()) const {
    const toml::node* node = find(key);
    if (node == nullptr) return Duration();
    const std::string expected = fmt::format("a time such as \"177ns\", \"1.5us\", \"4ms\" or \"1s\", {}at most 10s",
                                             least > Duration() ? fmt::format("at least {}, ", time_text(least)) : "");
    if (!node->is_string()) throw InputError(place(*node), fmt::format("'{}' is not a time", key), expected);
    const std::string& text = **node->as_string();
    const std::optional<Duration> parsed = parse_time(text);
    if (!parsed || (*parsed < least && *parsed > Duration()) || *parsed > 10_s)
      throw InputError(place(*node), fmt::format("'{}' is \"{}\"", key, text), expected);
    return *parsed;
  }

  const toml::table& table() const { return table_; }

 private:
  const toml::table& table_;
  std::string file_;
};

// The table of that name; empty if there is none. Throws InputError.
inline TomlSection subsection(const TomlSection& parent, std::string_view key, const std::string& file) {
  static const toml::table empty;
  const toml::node* node = parent.find(key);
  if (node == nullptr) return {empty, file};
  if (!node->is_table()) throw InputError(parent.place(*node), fmt::format("'{}' is not a table", key), "a table");
  return {*node->as_table(), file};
}

}  // namespace signalbox
