#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_run.hpp"

namespace signalbox::memory_test {
namespace {

TEST(MemoryCommand, WantsACommandOfItsOwn) {
  EXPECT_TRUE(command({"memory"}).is_refused());
  EXPECT_TRUE(command({"memory", "forget"}).is_refused());
  EXPECT_THAT(command({"memory", "replace"}).err, testing::HasSubstr("`signalbox memory replace --help`"));
}

TEST(MemoryCommand, HelpNamesItsCommands) {
  const CommandRun run = command({"memory", "--help"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, testing::HasSubstr("replace"));
}

}  // namespace
}  // namespace signalbox::memory_test
