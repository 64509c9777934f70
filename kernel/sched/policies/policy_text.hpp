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

// Canonical spelling: `name` or `name:key=value,...` with the values that differ from their defaults.
std::string spelled_options(std::string_view name, std::span<const PolicyOption> options, const OptionValues& values);

// Who has options: a policy, or what else is named the same way.
struct OptionOwner {
  std::string_view name;
  std::span<const PolicyOption> options;
  std::span<const PolicyOption> shared = {};  // that many owners have; among the values only where the user gave them
};

// Which of the owners a text named, and with what.
struct OwnerChoice {
  std::size_t owner;
  OptionValues options;
};

// Reads one text `name[:key=value[,key=value]...]` against owners of a kind, such as "policy".
class OptionTextReader {
 public:
  OptionTextReader(std::string_view text, std::string_view kind, std::span<const OptionOwner> owners)
      : text_(text), kind_(kind), owners_(owners) {}

  std::variant<OwnerChoice, PolicyTextError> read();

 private:
  using Values = std::map<std::string, OptionValue, std::less<>>;

  std::variant<const OptionOwner*, PolicyTextError> read_owner(std::string_view name) const;
  // What is wrong with `part`, which begins at `column`; nothing if it was added to `given`.
  std::optional<PolicyTextError> read_option(const OptionOwner& owner, std::string_view part, std::size_t column,
                                             Values& given) const;

  std::string_view text_;
  std::string_view kind_;
  std::span<const OptionOwner> owners_;
};

// The same against rows of policies.
class PolicyTextReader {
 public:
  PolicyTextReader(std::string_view text, std::span<const PolicyRow* const> rows) : text_(text), rows_(rows) {}

  std::variant<PolicyChoice, PolicyTextError> read();

 private:
  std::string_view text_;
  std::span<const PolicyRow* const> rows_;
};

}  // namespace signalbox
