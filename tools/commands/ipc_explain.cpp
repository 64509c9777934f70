#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/commands/give_report.hpp"
#include "tools/commands/ipc_command.hpp"
#include "tools/commands/rule_rows.hpp"
#include "tools/metrics/text_cell.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

const IpcRule& rule_called(const std::string& id) {
  if (const IpcRule* rule = find_ipc_rule(id)) return *rule;
  throw InputError({.file = "RULE", .line = 1, .column = 1}, fmt::format("no rule is called {}", in_quotes(id)),
                   "one of `signalbox list rules`, as PIPE-06");
}

std::string_view meaning_of(char evidence) {
  switch (evidence) {
    case 'V':
      return "confirmed on a real kernel";
    case 'D':
      return "from the documents";
    case 'X':
      return "the real kernel disagrees with its manual page";
    default:
      return "the standards leave it open";
  }
}

std::string rule_text(const IpcRule& rule) {
  std::string text = text_lines(fmt::format("{}: {}", rule.id, rule.text));
  text += fmt::format("  source    {}\n  evidence  {}\n  tier      {}\n  state     {}\n", rule.source,
                      meaning_of(rule.evidence), rule.tier, rule.state_text);
  if (rule.program.empty()) return text + "\nNo program checks it.\n";
  return text + fmt::format("\nThe program that checks it, tests/conformance/rules/{}/{}.c:\n\n{}", rule.family(),
                            rule.id, rule.program);
}

int explain(const std::string& id, const GlobalOptions& global) {
  const IpcRule& rule = rule_called(id);
  nlohmann::ordered_json row = rule_rows({&rule}).front();
  row["program"] = rule.program;
  return give_report(global, {}, rule_text(rule), row.dump(1) + "\n");
}

Action add(CLI::App& command, const GlobalOptions& global) {
  auto id = std::make_shared<std::string>();
  command.add_option("RULE", *id, "its id (`signalbox list rules`)")->required();
  return [id, &global] { return explain(*id, global); };
}

}  // namespace

extern const Command ipc_explain_command{"explain",
                                         "a rule: what it says, whether it holds, and the program that checks it",
                                         "signalbox ipc explain PIPE-06", add};

}  // namespace signalbox
