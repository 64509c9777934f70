#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/command_run.hpp"
#include "tools/commands/command.hpp"

namespace signalbox::registry_test {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(CommandRegistry, NamesAreDifferent) {
  std::set<std::string_view> names;
  for (const Command* one : all_commands()) EXPECT_TRUE(names.insert(one->name).second) << one->name;
  EXPECT_TRUE(names.contains("run") && names.contains("compare") && names.contains("list"));
}

TEST(CommandRegistry, TheHelpOfEachHasAWorkedExampleOfIt) {
  for (const Command* one : all_commands()) {
    const std::string name(one->name);
    EXPECT_THAT(std::string(one->example), StartsWith("signalbox " + name + " "));
    const CommandRun run = command({name, "--help"});
    EXPECT_EQ(run.status, 0);
    EXPECT_THAT(run.out, HasSubstr("Example:\n  " + std::string(one->example)));
    EXPECT_THAT(run.out, HasSubstr(std::string(one->summary)));
  }
}

}  // namespace signalbox::registry_test
