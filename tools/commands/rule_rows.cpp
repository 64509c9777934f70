#include "tools/commands/rule_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "tools/metrics/text_cell.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

std::string in_capitals(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) { return std::toupper(letter); });
  return text;
}

std::string_view state_word(RuleState state) {
  switch (state) {
    case RuleState::holds:
      return "holds";
    case RuleState::not_yet:
      return "not-yet";
    case RuleState::differs:
      return "differs";
  }
  return {};
}

std::string family_names() {
  std::string names;
  std::string_view last;
  for (const IpcRule& rule : ipc_rules()) {
    if (rule.family() != last) names += fmt::format("{}{}", names.empty() ? "" : ", ", rule.family());
    last = rule.family();
  }
  return names;
}

}  // namespace

std::vector<const IpcRule*> rules_like(const RuleFilter& filter) {
  const std::string family = in_capitals(filter.family);
  std::vector<const IpcRule*> rules;
  bool is_known = family.empty();
  for (const IpcRule& rule : ipc_rules()) {
    if (!family.empty() && rule.family() != family) continue;
    is_known = true;
    if (filter.state.empty() || filter.state == state_word(rule.state)) rules.push_back(&rule);
  }
  if (!is_known) {
    throw InputError({.file = "--family", .line = 1, .column = 1},
                     fmt::format("no rules are called {}", in_quotes(filter.family)), "one of " + family_names());
  }
  return rules;
}

nlohmann::ordered_json rule_rows(const std::vector<const IpcRule*>& rules) {
  auto rows = nlohmann::ordered_json::array();
  for (const IpcRule* rule : rules) {
    rows.push_back({{"id", rule->id},
                    {"tier", std::string(1, rule->tier)},
                    {"evidence", std::string(1, rule->evidence)},
                    {"state", rule->state_word()},
                    {"reason", rule->reason},
                    {"text", rule->text},
                    {"source", rule->source}});
  }
  return rows;
}

std::string rule_table_text(const std::vector<const IpcRule*>& rules) {
  constexpr std::size_t text_column = 22;
  std::string text;
  for (const IpcRule* rule : rules) {
    const std::string reason = rule->reason.empty() ? std::string() : fmt::format(" Differs: {}.", rule->reason);
    text += text_lines(fmt::format("{:<8} {}[{}] {:<7}  {}{} ({})", rule->id, rule->tier, rule->evidence,
                                   rule->state_word(), rule->text, reason, rule->source),
                       text_column);
  }
  const auto in_state = [&](RuleState state) { return std::ranges::count(rules, state, &IpcRule::state); };
  text += fmt::format("\n{} rules: {} hold, {} not yet, {} differ by choice\n", rules.size(),
                      in_state(RuleState::holds), in_state(RuleState::not_yet), in_state(RuleState::differs));
  return text;
}

}  // namespace signalbox
