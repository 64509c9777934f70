#include "tools/rules/rule_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace signalbox::rule_table_test {

TEST(RuleTable, HoldsEveryRuleOnce) {
  std::set<std::string_view> ids;
  std::map<char, int> tiers;
  for (const IpcRule& rule : ipc_rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    ++tiers[rule.tier];
  }
  EXPECT_EQ(ids.size(), 350);
  EXPECT_EQ(tiers, (std::map<char, int>{{'A', 162}, {'B', 153}, {'C', 35}}));
}

TEST(RuleTable, EveryRuleHasATextASourceAndKnownEvidence) {
  for (const IpcRule& rule : ipc_rules()) {
    EXPECT_TRUE(rule.text.ends_with('.')) << rule.id;
    EXPECT_FALSE(rule.source.empty()) << rule.id;
    EXPECT_NE(std::string_view("VDXP").find(rule.evidence), std::string_view::npos) << rule.id;
  }
}

TEST(RuleTable, ARuleHoldsExactlyWhereAProgramChecksIt) {
  for (const IpcRule& rule : ipc_rules()) {
    EXPECT_EQ(rule.state == RuleState::holds, !rule.program.empty())
        << rule.id << " is '" << rule.state_text << "' in tools/rules/ipc_rules.txt";
    EXPECT_EQ(rule.state == RuleState::differs, !rule.reason.empty()) << rule.id;
  }
}

TEST(RuleTable, FindsARuleByItsIdInAnyCase) {
  ASSERT_NE(find_ipc_rule("PIPE-06"), nullptr);
  EXPECT_EQ(find_ipc_rule("pipe-06"), find_ipc_rule("PIPE-06"));
  EXPECT_EQ(find_ipc_rule("PIPE-06")->family(), "PIPE");
  EXPECT_EQ(find_ipc_rule("PIPE-06")->source, "pipe(7)");
  EXPECT_EQ(find_ipc_rule("PIPE-6"), nullptr);
  EXPECT_EQ(find_ipc_rule("PIPE-061"), nullptr);
}

}  // namespace signalbox::rule_table_test
