#include "tools/commands/machine_views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_run.hpp"

namespace signalbox::machine_views_test {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Names = std::vector<std::string>;

const Names family{"run", "fork_family:children=2,pages=64,written=50"};

CommandRun family_with(const Names& more) {
  Names line = family;
  line.insert(line.end(), more.begin(), more.end());
  return command(line);
}

TEST(MachineViews, WhoLooksChangesNothing) {
  const CommandRun plain = family_with({});
  ASSERT_EQ(plain.status, 0);
  const CommandRun seen =
      family_with({"--vmstat", "7us", "--free", "1ms", "--free", "end", "--proc", "1ms", "--kernel-memory", "1ms"});
  EXPECT_EQ(seen.status, 0);
  EXPECT_EQ(seen.err, "");
  EXPECT_THAT(seen.out, StartsWith(plain.out)) << "the trace hash is in it";
}

TEST(MachineViews, SharedPagesBecomePrivateByWrites) {
  const std::string before = family_with({"--proc", "smaps_rollup@500us"}).out;
  const std::string after = family_with({"--proc", "smaps_rollup@1500us"}).out;
  EXPECT_THAT(before, HasSubstr("proc at 500 us\n==> /proc/2/smaps_rollup <==\n"));
  EXPECT_THAT(before, HasSubstr("==> /proc/4/smaps_rollup <==\n"));
  EXPECT_THAT(before, HasSubstr("Private_Dirty:         0 kB"));
  EXPECT_THAT(after, HasSubstr("Private_Dirty:       128 kB"));
  EXPECT_THAT(after, Not(HasSubstr("proc at 500 us")));
}

TEST(MachineViews, FilesHoldTheTextsAlone) {
  const TestFolder folder;
  const CommandRun run = family_with({"--vmstat", "1ms:" + folder.path("v"), "--free", "1ms:" + folder.path("f"),
                                      "--proc", "meminfo,maps@1ms:" + folder.path("p"), "--json", "-"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(run.json().is_object()) << "nothing else is printed there";
  EXPECT_THAT(folder.read("v"), StartsWith("procs --"));
  EXPECT_THAT(folder.read("f"), StartsWith("               total"));
  EXPECT_THAT(folder.read("p"), StartsWith("==> /proc/meminfo <==\nMemTotal:"));
  EXPECT_THAT(folder.read("p"), HasSubstr("==> /proc/2/maps <==\n"));
}

TEST(MachineViews, KernelMemoryIsShownOfAnyMachineAndIsInJson) {
  const CommandRun text = command({"run", "ping_pong", "--kernel-memory", "end"});
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("\nkernel-memory at "));
  EXPECT_THAT(text.out, HasSubstr("\ntask_struct "));
  const auto moments = command({"run", "ping_pong", "--kernel-memory", "1us", "--kernel-memory", "end", "--json", "-"})
                           .json()["kernel_memory"];
  ASSERT_EQ(moments.size(), 2U);
  EXPECT_EQ(moments[0]["at_ns"], 1000);
  EXPECT_EQ(moments[0]["classes"]["signal_cache"]["ever"], moments[1]["classes"]["signal_cache"]["peak"]);
  EXPECT_FALSE(command({"run", "ping_pong", "--json", "-"}).json().contains("kernel_memory"));
}

TEST(MachineViews, SystemVObjectsAreShownOfAnyMachine) {
  const CommandRun text = command({"run", "ping_pong", "--ipcs", "end"});
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("\nipcs at "));
  EXPECT_THAT(text.out, HasSubstr("\n------ Semaphore Arrays --------\n"));
}

TEST(MachineViews, AnInstantAfterTheEndIsSaid) {
  const CommandRun run = family_with({"--proc", "10s"});
  EXPECT_EQ(run.status, 0);
  EXPECT_THAT(run.err, HasSubstr("nothing to show at 10 s for --proc: the run ended at "));
  EXPECT_THAT(run.out, Not(HasSubstr("proc at")));
}

TEST(MachineViews, WhatCannotBeReadIsRefused) {
  for (const auto& [option, text, expected] :
       {std::array{"--vmstat", "0s", "'0s' is not a time"}, std::array{"--vmstat", "1ms:", "names no file"},
        std::array{"--free", "soon", "'soon' is not a time"}, std::array{"--proc", "mem@1ms", "there is no 'mem'"},
        std::array{"--proc", "maps,@1ms", "there is no ''"}}) {
    const CommandRun run = family_with({option, text});
    EXPECT_TRUE(run.is_refused()) << option << ' ' << text;
    EXPECT_THAT(run.err, HasSubstr(expected));
    EXPECT_THAT(run.err, StartsWith(option));
  }
}

TEST(MachineViews, AMachineWithoutMemoryHasNothingToShow) {
  for (const char* const option : {"--vmstat", "--free", "--proc"}) {
    const CommandRun run = command({"run", "ping_pong", option, "1ms"});
    EXPECT_TRUE(run.is_refused());
    EXPECT_THAT(run.err, HasSubstr("the machine has no memory; expected --memory SIZE"));
  }
}

}  // namespace signalbox::machine_views_test
