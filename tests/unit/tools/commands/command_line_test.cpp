#include "tools/commands/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/command_run.hpp"

namespace signalbox::command_line_test {

using ::testing::ExitedWithCode;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(CommandLine, WithoutASubcommandSaysWhatIsExpected) {
  const CommandRun run = command({});
  EXPECT_TRUE(run.is_refused()) << run.err;
  EXPECT_EQ(run.err, "signalbox: error: A subcommand is required; expected what `signalbox --help` shows\n");
}

TEST(CommandLine, WrongWordsAreOneLineAndStatusTwo) {
  const std::vector<std::vector<std::string>> wrong{
      {"nosuch"},
      {"--nosuch"},
      {"run"},
      {"compare"},
      {"list"},
      {"run", "ping_pong", "--nosuch"},
      {"run", "ping_pong", "surplus"},
      {"run", "ping_pong", "--cpus", "0"},
      {"run", "ping_pong", "--cpus", "1025"},
      {"run", "ping_pong", "--cpus", "two"},
      {"run", "ping_pong", "--seed", "-1"},
      {"run", "ping_pong", "--seed", "x"},
      {"run", "ping_pong", "--seed", "99999999999999999999"},
      {"run", "ping_pong", "--color", "mauve"},
      {"run", "ping_pong", "--json"},
      {"run", "ping_pong", "--trace"},
      {"compare", "ping_pong", "--seeds", "0"},
      {"compare", "ping_pong", "--jobs", "0"},
      {"list", "nosuch"},
      {"list", "policies", "machines"},
  };
  for (const std::vector<std::string>& arguments : wrong) {
    const CommandRun run = command(arguments);
    EXPECT_TRUE(run.is_refused()) << testing::PrintToString(arguments) << run.status << run.out << run.err;
    EXPECT_THAT(run.err, StartsWith("signalbox: error: "));
    EXPECT_THAT(run.err, HasSubstr("; expected "));
  }
}

TEST(CommandLine, AnUnknownCommandIsNamedBesideTheNearest) {
  EXPECT_THAT(command({"memory", "translat"}).err,
              StartsWith("signalbox: error: there is no command \"translat\"; expected one of translate, "));
  EXPECT_THAT(command({"foo"}).err, StartsWith("signalbox: error: there is no command \"foo\"; expected one of "));
  EXPECT_THAT(command({"comprae", "ping_pong"}).err, HasSubstr("(did you mean compare?)"));
}

TEST(CommandLine, AWrongOptionPointsToTheHelpOfItsCommand) {
  EXPECT_THAT(command({"run", "ping_pong", "--nosuch"}).err, HasSubstr("`signalbox run --help`"));
}

TEST(CommandLine, HelpIsStatusNone) {
  const CommandRun run = command({"--help"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(run.err.empty());
  EXPECT_THAT(run.out, HasSubstr("Example:\n  signalbox compare"));
}

TEST(CommandLine, GlobalOptionsStandOnEitherSideOfTheCommand) {
  const CommandRun before = command({"--json", "-", "--seed", "9", "run", "ping_pong"});
  const CommandRun after = command({"run", "ping_pong", "--json", "-", "--seed", "9"});
  EXPECT_EQ(before.status, 0);
  EXPECT_EQ(before.out, after.out);
  EXPECT_EQ(after.json()["seed"], 9);
}

TEST(CommandLine, QuietPrintsNothing) {
  const CommandRun run = command({"run", "ping_pong", "--quiet"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(run.out.empty());
  EXPECT_TRUE(run.err.empty());
}

// As a failed CHECK does in the middle of a command.
[[noreturn]] void list_and_abort() {
  const char* const arguments[] = {"signalbox", "list", "formats", "--quiet"};
  run_command_line(4, arguments);
  std::abort();
}

TEST(CommandLineDeathTest, ABugOfOursIsStatusThree) { EXPECT_EXIT(list_and_abort(), ExitedWithCode(3), ""); }

}  // namespace signalbox::command_line_test
