#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_run.hpp"

namespace signalbox::memory_translate_test {
namespace {

using ::testing::HasSubstr;

TEST(MemoryTranslateCommand, WithoutAnAddressItShowsWhatIsMapped) {
  const CommandRun run = command({"memory", "translate"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, HasSubstr("[stack]\nName an address"));
}

TEST(MemoryTranslateCommand, AddressesMayHaveAnX) {
  const CommandRun run = command({"memory", "translate", "7fffffffe123", "0x7fffffffe123"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.out, HasSubstr("physical "));
  EXPECT_EQ(command({"memory", "translate", "1000", "--json", "-"}).json()["translations"][0]["fault"]["code"],
            "SEGV_MAPERR");
}

TEST(MemoryTranslateCommand, MapsAndSegmentsComeFromFiles) {
  const TestFolder folder;
  const std::string map = folder.write("map", "400000-402000 rw-p 00000000 00:00 0 \n");
  const std::string gdt = folder.write("gdt", "4 data 0x400000 0xfff dpl=3\n");
  const CommandRun run =
      command({"memory", "translate", "--map", map, "23:123", "--format", "flat", "--gdt", gdt, "--access", "write"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("linear 0x400123"));
  EXPECT_TRUE(command({"memory", "translate", "--map", map, "--json", map}).is_refused());
}

TEST(MemoryTranslateCommand, LayoutsAreDrawn) {
  const auto layout = [](const std::string& seed) {
    return command({"memory", "translate", "--aslr", "--seed", seed}).out;
  };
  EXPECT_EQ(layout("3"), layout("3"));
  EXPECT_NE(layout("3"), layout("4"));
}

TEST(MemoryTranslateCommand, BadInputIsOneLine) {
  const std::vector<std::vector<std::string>> wrong{{"xyz"},
                                                    {"10000000000000000"},
                                                    {"100000000", "--format", "x86-32"},
                                                    {"1000", "--format", "sparc"},
                                                    {"1000", "--access", "look"},
                                                    {"1000", "--map", "1000-2000"},
                                                    {"23:0", "--format", "flat"},
                                                    {"23:0"},
                                                    {"1000", "--gdt", "/nowhere"}};
  for (std::vector<std::string> arguments : wrong) {
    arguments.insert(arguments.begin(), {"memory", "translate"});
    EXPECT_TRUE(command(arguments).is_refused()) << arguments[2];
  }
}

}  // namespace
}  // namespace signalbox::memory_translate_test
