#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/command_run.hpp"

namespace signalbox::memory_replace_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(MemoryReplaceCommand, PrintsTheTableAndAFewCharts) {
  const CommandRun run =
      command({"memory", "replace", "1 2 3 4 1 2 5 1 2 3 4 5", "--policy", "fifo", "--frames", "3,4"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, StartsWith("12 references to 5 pages"));
  EXPECT_THAT(run.out, HasSubstr("\nfifo, 4 frames: 10 faults"));
}

TEST(MemoryReplaceCommand, ManyChartsAreDrawnOnRequest) {
  EXPECT_THAT(command({"memory", "replace", "1 2"}).out, Not(HasSubstr("frame 0")));
  EXPECT_THAT(command({"memory", "replace", "1 2", "--chart"}).out, HasSubstr("frame 0"));
}

TEST(MemoryReplaceCommand, FramesMayBeARange) {
  const CommandRun run =
      command({"memory", "replace", "1 2", "--policy", "lru", "--frames", "4,1..3,2", "--json", "-"});
  const auto rows = nlohmann::json::parse(run.out)["rows"];
  ASSERT_EQ(rows.size(), 4);
  EXPECT_EQ(rows[3]["frames"], 4);
}

TEST(MemoryReplaceCommand, BadInputIsOneLine) {
  const std::vector<std::vector<std::string>> wrong{{"memory"},
                                                    {"memory", "replace"},
                                                    {"memory", "replace", "1 x"},
                                                    {"memory", "replace", "1", "--policy", "lru,nobody"},
                                                    {"memory", "replace", "1", "--frames", "0"},
                                                    {"memory", "replace", "1", "--frames", "3..x"},
                                                    {"memory", "replace", "1", "--frames", "3..1"},
                                                    {"memory", "replace", "1", "--frames", ""}};
  for (const auto& arguments : wrong) EXPECT_TRUE(command(arguments).is_refused()) << arguments.back();
}

}  // namespace
}  // namespace signalbox::memory_replace_test
