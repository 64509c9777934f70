#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_run.hpp"

namespace signalbox::memory_segments_test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(MemorySegmentsCommand, PlacesTheTextbooksSegments) {
  const CommandRun run = command({"memory", "segments"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, HasSubstr("112                        288 of 500"));
  EXPECT_EQ(command({"memory", "segments", "--fit", "best,buddy", "--json", "-"}).json()["rows"].size(), 2);
}

TEST(MemorySegmentsCommand, WithoutATableASelectorIsDecoded) {
  EXPECT_EQ(command({"memory", "segments", "0x2f"}).out, "selector 0x2f = LDT entry 5, RPL 3 (--gdt FILE checks it)\n");
  EXPECT_EQ(command({"memory", "segments", "0x2f", "--json", "-"}).json()["accesses"][0]["index"], 5);
}

TEST(MemorySegmentsCommand, ChecksAnAccess) {
  const TestFolder folder;
  const std::string gdt = folder.write("gdt", "4 data 0x400000 0xfff dpl=3\n5 code 0 0xff dpl=3\n");
  EXPECT_THAT(command({"memory", "segments", "23:10", "--gdt", gdt}).out, HasSubstr("linear 0x400010"));
  EXPECT_THAT(command({"memory", "segments", "23:ffd", "--gdt", gdt, "--bytes", "4"}).out, HasSubstr("#GP(0x0)"));
  EXPECT_THAT(command({"memory", "segments", "23:1000", "--gdt", gdt, "--register", "ss"}).out, HasSubstr("#SS(0x0)"));
  EXPECT_THAT(command({"memory", "segments", "2b:0", "--gdt", gdt, "--access", "execute"}).out, HasSubstr("CS holds"));
  EXPECT_THAT(command({"memory", "segments", "27:0", "--ldt", gdt}).out, HasSubstr("linear 0x400000"));
  EXPECT_EQ(command({"memory", "segments", "23:1000", "--gdt", gdt, "--json", "-"}).json()["accesses"][0]["fault"],
            "#GP(0x0)");
}

TEST(MemorySegmentsCommand, MemoryTooLargeForRecordsLeavesBuddyOut) {
  const CommandRun run = command({"memory", "segments", "--holes", "20000000"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, Not(HasSubstr("buddy")));
}

TEST(MemorySegmentsCommand, BadInputIsOneLine) {
  const std::vector<std::vector<std::string>> wrong{{"--holes", "1,0"},
                                                    {"--holes", ""},
                                                    {"--requests", "a"},
                                                    {"--fit", "tight"},
                                                    {"--fit", "buddy", "--holes", "20000000"},
                                                    {"--between", "0"},
                                                    {"--cpl", "4", "23:0"},
                                                    {"23:0", "--access", "look"},
                                                    {"23:0", "--register", "es"},
                                                    {"23:0", "--gdt", "/nowhere"},
                                                    {"x"}};
  for (std::vector<std::string> arguments : wrong) {
    arguments.insert(arguments.begin(), {"memory", "segments"});
    EXPECT_TRUE(command(arguments).is_refused()) << arguments[2] << arguments.back();
  }
}

}  // namespace
}  // namespace signalbox::memory_segments_test
