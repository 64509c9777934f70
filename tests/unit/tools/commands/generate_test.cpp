#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/command_run.hpp"
#include "tests/support/same_scenario.hpp"
#include "tests/support/test_folder.hpp"
#include "workloads/formats/registry.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox::generate_test {

using ::testing::EndsWith;
using ::testing::StartsWith;

TEST(GenerateCommand, WritesAJobTableThatReadsBack) {
  const CommandRun run = command({"generate", "poisson:jobs=40", "--seed", "3"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out,
              StartsWith("# signalbox generate poisson:jobs=40 --seed 3\nname,arrival_us,burst_us,priority\n"));
  const Scenario read = parse_scenario(run.out, "out");
  EXPECT_EQ(read.format, "job-table");
  EXPECT_EQ(difference(read, generate(parse_generator("poisson:jobs=40"), 3)), "");
}

TEST(GenerateCommand, WritesAnRtAppFileThatReadsBack) {
  const TestFolder folder;
  const std::string path = folder.path("set.json");
  const CommandRun run = command({"generate", "uunifast:tasks=7", "--output", path});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "uunifast:tasks=7, seed 1, tasks: 7, written to " + path + " (rt-app)\n");
  EXPECT_THAT(folder.read("set.json"), StartsWith("/* signalbox generate uunifast:tasks=7 --seed 1 */\n{\n"));
  EXPECT_EQ(difference(load_scenario(path), generate(parse_generator("uunifast:tasks=7"), 1)), "");
}

TEST(GenerateCommand, SaysNothingIfQuiet) {
  const TestFolder folder;
  EXPECT_EQ(command({"generate", "poisson", "--quiet", "--output", folder.path("x.csv")}).out, "");
}

TEST(GenerateCommand, BadInputIsOneLineAndLeavesNoFile) {
  const TestFolder folder;
  const std::string path = folder.path("x");
  for (const std::string wrong : {"poison", "poisson:rate=0", "uunifast:min_period=2s", "poisson:"}) {
    const CommandRun run = command({"generate", wrong, "--output", path});
    EXPECT_TRUE(run.is_refused()) << run.err;
    EXPECT_THAT(run.err, StartsWith(wrong));
    EXPECT_FALSE(std::filesystem::exists(path)) << wrong;
  }
  EXPECT_TRUE(command({"generate", "poisson", "--output", "/nonexistent/x"}).is_refused());
  EXPECT_TRUE(command({"generate"}).is_refused());
}

TEST(GenerateCommand, HasNoJson) {
  const CommandRun run = command({"generate", "poisson", "--json", "-"});
  EXPECT_TRUE(run.is_refused());
  EXPECT_THAT(run.err, EndsWith("generate writes a scenario and no JSON of its own; expected --output FILE\n"));
}

TEST(GenerateCommand, GeneratorsRunAndAreComparedWithoutAFile) {
  const auto run_of = [](const std::string& seed) {
    return command({"run", "poisson:jobs=9", "--policy", "fcfs", "--seed", seed, "--json", "-"}).json();
  };
  EXPECT_EQ(run_of("1")["threads"].size(), 9U);
  EXPECT_EQ(run_of("1")["trace_hash"], run_of("1")["trace_hash"]);
  EXPECT_NE(run_of("1")["trace_hash"], run_of("2")["trace_hash"]);
  const CommandRun run = command({"compare", "poisson:jobs=9", "--policies", "fcfs,srtf", "--seeds", "2"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, StartsWith("poisson:jobs=9 on textbook"));
}

}  // namespace signalbox::generate_test
