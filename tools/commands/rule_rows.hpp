#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/rules/rule_table.hpp"

namespace signalbox {

// Which rules of IPC `list rules` tells: of one family ("PIPE", in any case), in one state ("holds", "not-yet",
// "differs"); empty: of all. Throws InputError: there is no such family.
struct RuleFilter {
  std::string family;
  std::string state;

  bool wants_all() const { return family.empty() && state.empty(); }
};

std::vector<const IpcRule*> rules_like(const RuleFilter& filter);

// The keys that scripts rely on: id, tier, state, text, source; and evidence, reason.
nlohmann::ordered_json rule_rows(const std::vector<const IpcRule*>& rules);
// A rule a line or more, with how many are in which state behind them.
std::string rule_table_text(const std::vector<const IpcRule*>& rules);

}  // namespace signalbox
