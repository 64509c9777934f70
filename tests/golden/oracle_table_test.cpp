#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/oracles/registry.hpp"

namespace signalbox::oracle_table_test {

const std::string path = std::string(SIGNALBOX_SOURCE_DIR) + "/tests/golden/expected/oracle_table.txt";

TEST(OracleTable, EveryPolicyIsInIt) { EXPECT_THAT(policies_without(all_oracles()), testing::IsEmpty()); }

TEST(OracleTable, WhatIsMeasuredIsWhatTheSourcesSay) {
  const std::vector<Oracle> oracles = all_oracles();
  const std::vector<Finding> findings = measure_all(oracles);
  for (const Finding& finding : findings) {
    EXPECT_TRUE(finding.holds()) << oracle_table({&finding, 1}) << finding.oracle->source;
  }
  const std::string table = oracle_table(findings);
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), 100U) << line;
  if (std::getenv("SIGNALBOX_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << table;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string approved(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(table, approved) << "If that is meant: SIGNALBOX_UPDATE_GOLDEN=1 golden_tests, and say why in the commit.";
}

// Or all of this would pass whatever is measured.
TEST(OracleTable, AFigureThatDiffersIsMarked) {
  const auto three = [](const std::string&) -> Measured { return 3.0; };
  const auto text = [](const std::string&) -> Measured { return "A1 B2"; };
  const auto marks = [](const Oracle& oracle) {
    const Finding finding{&oracle, oracle.measure(oracle.policy)};
    EXPECT_EQ(finding.holds(), oracle_table({&finding, 1}).find("\n! ") == std::string::npos);
    return !finding.holds();
  };
  for (const Expected& expected : {is(3), about(2.9, 0.2), at_least(3), at_most(3), between(2, 3)})
    EXPECT_FALSE(marks({"fcfs", "a book", "a number", expected, three})) << expected.printed;
  for (const Expected& expected : {is(3.001), about(2.7, 0.2), at_least(3.1), at_most(2.9), between(1, 2)})
    EXPECT_TRUE(marks({"fcfs", "a book", "a number", expected, three})) << expected.printed;
  EXPECT_FALSE(marks({"fcfs", "a book", "a chart", is("A1 B2"), text}));
  EXPECT_TRUE(marks({"fcfs", "a book", "a chart", is("A1 B1"), text}));
  EXPECT_THAT(policies_without({}), testing::Contains("fcfs"));
}

}  // namespace signalbox::oracle_table_test
