#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_run.hpp"

namespace signalbox::memory_tables_test {
namespace {

using ::testing::HasSubstr;

TEST(MemoryTablesCommand, ShowsAllFormatsAndTheTextbooksSum) {
  const CommandRun run = command({"memory", "tables", "--fill", "20%"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, HasSubstr("= 0.8039 MiB\n"));
  EXPECT_EQ(command({"memory", "tables", "--json", "-"}).json()["formats"].size(), 3);
}

TEST(MemoryTablesCommand, OneFormatWithMappings) {
  const CommandRun run = command({"memory", "tables", "--format", "x86-64", "--map", "400000-402000:r-x", "--map",
                                  "600000-601000:rw-", "--json", "-"});
  EXPECT_EQ(run.json()["formats"][0]["mapped_bytes"], 3 * 4096);
}

TEST(MemoryTablesCommand, BadInputIsOneLine) {
  EXPECT_TRUE(command({"memory", "tables", "--fill", "120%"}).is_refused());
  EXPECT_TRUE(command({"memory", "tables", "--format", "none"}).is_refused());
  EXPECT_TRUE(command({"memory", "tables", "--map", "400000-402000:r-x", "--map", ""}).is_refused());
}

}  // namespace
}  // namespace signalbox::memory_tables_test
