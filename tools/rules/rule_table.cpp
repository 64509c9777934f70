#include "tools/rules/rule_table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "kernel/base/check.hpp"
#include "tools/experiment/embedded_file.hpp"

namespace signalbox {

// Defined by signalbox_embed: the list, and the programs of tests/conformance/rules.
std::span<const EmbeddedFile> rule_lists();
std::span<const EmbeddedFile> rule_programs();

namespace {

constexpr std::string_view between_columns = " | ";
constexpr std::string_view differs_mark = "differs: ";

// Up to `mark`, which goes with it; all, where there is none.
std::string_view take_until(std::string_view& rest, std::string_view mark) {
  const std::size_t end = rest.find(mark);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + mark.size());
  return part;
}

std::string_view program_of(std::string_view id) {
  for (const EmbeddedFile& file : rule_programs()) {
    if (stem(file) == id) return file.text;
  }
  return {};
}

RuleState state_of(std::string_view text) {
  if (text == "holds") return RuleState::holds;
  if (text == "not yet") return RuleState::not_yet;
  CHECK(text.starts_with(differs_mark), "ipc_rules.txt knows holds, not yet, and differs");
  return RuleState::differs;
}

IpcRule read_rule(std::string_view line) {
  std::array<std::string_view, 5> columns;
  for (std::string_view& column : columns) column = take_until(line, between_columns);
  const auto& [id, tier, evidence, state, source] = columns;
  CHECK(tier.size() == 1 && evidence.size() == 1 && !line.empty(), "a line of ipc_rules.txt has six columns");
  return {.id = id,
          .tier = tier.front(),
          .evidence = evidence.front(),
          .state = state_of(state),
          .reason = state.starts_with(differs_mark) ? state.substr(differs_mark.size()) : std::string_view(),
          .source = source,
          .text = line,
          .program = program_of(id),
          .state_text = state};
}

std::vector<IpcRule> read_rules() {
  std::vector<IpcRule> rules;
  std::string_view rest = rule_lists().front().text;
  while (!rest.empty()) {
    const std::string_view line = take_until(rest, "\n");
    if (!line.empty() && !line.starts_with('#')) rules.push_back(read_rule(line));
  }
  return rules;
}

bool is_same_letter(char a, char b) {
  return std::toupper(static_cast<unsigned char>(a)) == std::toupper(static_cast<unsigned char>(b));
}

}  // namespace

std::span<const IpcRule> ipc_rules() {
  static const std::vector<IpcRule> rules = read_rules();
  return rules;
}

const IpcRule* find_ipc_rule(std::string_view id) {
  for (const IpcRule& rule : ipc_rules()) {
    if (std::ranges::equal(rule.id, id, is_same_letter)) return &rule;
  }
  return nullptr;
}

}  // namespace signalbox
