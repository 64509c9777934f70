#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

// As a user writes it; an option that is switched off reads "off".
std::string option_text(const PolicyOption& option, const OptionValue& value);

// Reads one text `name[:key=value[,key=value]...]` against the rows it was given.
class PolicyTextReader {
 public:
  PolicyTextReader(std::string_view text, std::span<const PolicyRow* const> rows) : text_(text), rows_(rows) {}

  std::variant<PolicyChoice, PolicyTextError> read();

 private:
  using Values = std::map<std::string, OptionValue, std::less<>>;

  std::variant<const PolicyRow*, PolicyTextError> read_row(std::string_view name) const;
  // What is wrong with `part`, which begins at `column`; nothing if it was added to `given`.
  std::optional<PolicyTextError> read_option(const PolicyRow& row, std::string_view part, std::size_t column,
                                             Values& given) const;

  std::string_view text_;
  std::span<const PolicyRow* const> rows_;
};

}  // namespace signalbox
