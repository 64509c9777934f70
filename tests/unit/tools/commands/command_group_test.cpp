#include "tools/commands/command_group.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signalbox::command_group_test {

Action answer_one(CLI::App&, const GlobalOptions&) {
  return [] { return 1; };
}
Action answer_two(CLI::App&, const GlobalOptions&) {
  return [] { return 2; };
}

constexpr Command one{"one", "the first", "signalbox number one", answer_one};
constexpr Command two{"two", "the second", "signalbox number two", answer_two};
constexpr std::array commands{&one, &two};

TEST(CommandGroup, DoesWhatTheChosenCommandDoes) {
  const GlobalOptions global;
  CLI::App app;
  const Action action = add_commands(app, global, commands);
  app.parse("two");
  EXPECT_EQ(action(), 2);
}

TEST(CommandGroup, OneMustBeChosen) {
  const GlobalOptions global;
  CLI::App app;
  add_commands(app, global, commands);
  EXPECT_THROW(app.parse(""), CLI::RequiredError);
}

}  // namespace signalbox::command_group_test
