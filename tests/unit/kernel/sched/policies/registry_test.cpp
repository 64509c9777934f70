#include "kernel/sched/policies/registry.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace signalbox::registry_test {

TEST(PolicyRegistry, NamesAreSortedAndFindable) {
  EXPECT_TRUE(std::ranges::is_sorted(all_policies(), {}, &PolicyRow::name));
  for (const PolicyRow* const row : all_policies()) EXPECT_EQ(find_policy(row->name), row);
  EXPECT_EQ(find_policy("none_such"), nullptr);
}

TEST(PolicyRegistry, EveryRowExplainsItself) {
  for (const PolicyRow* const row : all_policies()) {
    EXPECT_FALSE(row->summary.empty()) << row->name;
    EXPECT_FALSE(row->source.empty()) << row->name;
    EXPECT_NE(row->make, nullptr) << row->name;
    for (const PolicyOption& option : row->options) EXPECT_FALSE(option.meaning.empty()) << row->name << option.name;
  }
}

TEST(PolicyRegistry, DefaultsLieWithinTheirRanges) {
  for (const PolicyRow* const row : all_policies()) {
    for (const PolicyOption& option : row->options) {
      const bool is_off = option.fallback == OptionValue(Duration()) && !option.words.empty();
      const bool is_word = std::holds_alternative<std::string>(option.fallback);
      EXPECT_EQ(std::holds_alternative<OptionFile>(option.fallback), option.check != nullptr) << option.name;
      EXPECT_EQ(option.fallback.index(), option.least.index()) << row->name << ' ' << option.name;
      EXPECT_TRUE(is_off || is_word || (option.least <= option.fallback && option.fallback <= option.most))
          << row->name << ' ' << option.name;
    }
  }
}

TEST(PolicyRegistry, EveryNameParsesToItself) {
  for (const PolicyRow* const row : all_policies()) {
    const auto read = parse_policy(row->name);
    ASSERT_TRUE(std::holds_alternative<PolicyChoice>(read)) << row->name;
    EXPECT_EQ(std::get<PolicyChoice>(read).spelled(), row->name);
  }
}

}  // namespace signalbox::registry_test
