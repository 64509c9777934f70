#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_run.hpp"

namespace signalbox::memory_tlb_test {
namespace {

using ::testing::HasSubstr;

TEST(MemoryTlbCommand, ShowsTheTextbooksTimes) {
  const CommandRun run = command({"memory", "tlb", "--format", "flat", "--accesses", "100", "--fault-rate", "0.1%"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, HasSubstr("alpha 80 %              125 ns\n  alpha 98 %              107 ns\n"));
}

TEST(MemoryTlbCommand, PatternsAreNamesOrFiles) {
  const TestFolder folder;
  const std::string file = folder.write("pages", "1 2 3 1w\n");
  const auto json = command({"memory", "tlb", "--pattern", file, "--json", "-"}).json();
  EXPECT_EQ(json["alone"]["accesses"], 4);
  EXPECT_EQ(json["alone"]["walks"], 4) << "the first write to a page walks again for its dirty bit";
  EXPECT_EQ(command({"memory", "tlb", "--pattern", "stride", "--stride", "4096", "--pages", "9", "--accesses", "9",
                     "--json", "-"})
                .json()["alone"]["walks"],
            9);
  EXPECT_TRUE(command({"memory", "tlb", "--pattern", file, "--json", file}).is_refused());
}

TEST(MemoryTlbCommand, SameSeedSameCounts) {
  const auto counts = [](const std::string& seed) {
    return command({"memory", "tlb", "--pages", "3000", "--accesses", "9000", "--seed", seed, "--json", "-"})
        .json()["alone"];
  };
  EXPECT_EQ(counts("5"), counts("5"));
  EXPECT_NE(counts("5"), counts("6"));
}

TEST(MemoryTlbCommand, ImpossibleGeometriesAreRefused) {
  EXPECT_THAT(command({"memory", "tlb", "--l1", "12x4"}).err, HasSubstr("expected a power of two"));
  EXPECT_THAT(command({"memory", "tlb", "--l2", "128x0"}).err,
              HasSubstr("--l2:1:5: error: \"0\" is not a number of ways"));
  EXPECT_THAT(command({"memory", "tlb", "--l1", "8192x1"}).err, HasSubstr("from 1 to 4096"));
  EXPECT_THAT(command({"memory", "tlb", "--walk-cache", "0,8"}).err, HasSubstr("above a level without entries"));
  EXPECT_THAT(command({"memory", "tlb", "--walk-cache", "1,2,3,4"}).err, HasSubstr("one level too many"));
  EXPECT_THAT(command({"memory", "tlb", "--format", "flat", "--large"}).err, HasSubstr("\"flat\" has no large pages"));
}

TEST(MemoryTlbCommand, BadInputIsOneLine) {
  const std::vector<std::vector<std::string>> wrong{{"--l1", "16"},
                                                    {"--pattern", "zigzag"},
                                                    {"--pages", "0"},
                                                    {"--pages", "4294967296"},
                                                    {"--pages", "3000000"},
                                                    {"--pages", "500000", "--format", "x86-32"},
                                                    {"--stride", "0", "--pattern", "stride"},
                                                    {"--processes", "0"},
                                                    {"--switch-every", "0"},
                                                    {"--tlb-time", "5"},
                                                    {"--fault-time", "50ns"},
                                                    {"--hit-ratio", "2"},
                                                    {"--fault-rate", "x"},
                                                    {"--walk-cache", "x"}};
  for (std::vector<std::string> arguments : wrong) {
    arguments.insert(arguments.begin(), {"memory", "tlb"});
    EXPECT_TRUE(command(arguments).is_refused()) << arguments[2] << " " << arguments[3];
  }
}

}  // namespace
}  // namespace signalbox::memory_tlb_test
