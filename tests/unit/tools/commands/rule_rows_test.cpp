#include "tools/commands/rule_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workloads/input_error.hpp"

namespace signalbox::rule_rows_test {

TEST(RuleRows, AFilterKeepsOneFamilyInTheOrderOfTheList) {
  const auto rules = rules_like({.family = "fifo", .state = ""});
  ASSERT_EQ(rules.size(), 12);
  EXPECT_EQ(rules.front()->id, "FIFO-01");
  EXPECT_EQ(rules.back()->id, "FIFO-12");
  EXPECT_THROW(rules_like({.family = "PIPES", .state = ""}), InputError);
}

TEST(RuleRows, StatesPartTheList) {
  std::size_t sum = 0;
  for (const char* state : {"holds", "not-yet", "differs"}) sum += rules_like({.family = "", .state = state}).size();
  EXPECT_EQ(sum, ipc_rules().size());
  EXPECT_FALSE(rules_like({.family = "FD", .state = "holds"}).empty());
}

TEST(RuleRows, JsonHasTheKeysThatScriptsRelyOn) {
  const auto rows = rule_rows(rules_like({.family = "FD", .state = ""}));
  ASSERT_EQ(rows.size(), 12);
  for (const char* key : {"id", "tier", "state", "text", "source"}) {
    for (const auto& row : rows) EXPECT_FALSE(row.at(key).get<std::string>().empty()) << key;
  }
  EXPECT_EQ(rows[4]["id"], "FD-05");
  EXPECT_EQ(rows[4]["tier"], "B");
  EXPECT_EQ(rows[4]["state"], "holds");
}

TEST(RuleRows, TextCountsWhatHolds) {
  const std::string text = rule_table_text({find_ipc_rule("FD-05"), find_ipc_rule("NET-21")});
  EXPECT_THAT(text, testing::StartsWith("FD-05    B[V] holds    dup2(f,f) returns f and does"));
  EXPECT_THAT(text, testing::HasSubstr("2 rules: 1 hold, 1 not yet, 0 differ by choice\n"));
}

}  // namespace signalbox::rule_rows_test
