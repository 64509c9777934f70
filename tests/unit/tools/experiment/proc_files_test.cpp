#include "tools/experiment/proc_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/memory_machine.hpp"

namespace signalbox::proc_files_test {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string text_of(Machine& machine, std::vector<std::string_view> names) {
  std::vector<const ProcFile*> files;
  for (const std::string_view name : names) files.push_back(find_proc_file(name));
  return proc_text(machine, files);
}

TEST(ProcFiles, EveryProcessWithMemoryHasItsOwn) {
  MachineFixture fixture(with_memory());
  fixture.spawn([&](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 3);
    memory.store(word_of(at, 1), std::uint64_t{1});
    const std::string pid = std::to_string(caller.process().pid.value());
    const std::string all = text_of(fixture.machine(), {"maps", "smaps", "smaps_rollup", "status", "pagemap"});
    EXPECT_THAT(all, StartsWith("==> /proc/" + pid + "/maps <==\n"));
    for (const char* const name : {"smaps", "smaps_rollup", "status", "pagemap"}) {
      EXPECT_THAT(all, HasSubstr("\n\n==> /proc/" + pid + "/" + name + " <==\n"));
    }
    EXPECT_THAT(all, HasSubstr("/bin/program\n"));
    EXPECT_THAT(
        all, HasSubstr("\nState:\tR (running)\nTgid:\t" + pid + "\nPid:\t" + pid + "\nPPid:\t1\nUid:\t0\t0\t0\t0\n"));
    EXPECT_THAT(all, Not(HasSubstr("/proc/1/"))) << "init has no memory of its own";
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
  EXPECT_EQ(text_of(fixture.machine(), {"maps"}), "") << "all have ended";
}

TEST(ProcFiles, PagemapHasALineAPageThatIsThere) {
  MachineFixture fixture(with_memory());
  fixture.spawn([&](Caller& caller) {
    UserMemory memory(caller);
    const VirtAddr at = map_pages(caller, 3);
    const auto lines = [&] { return std::ranges::count(text_of(fixture.machine(), {"pagemap"}), '\n'); };
    const auto before = lines();
    memory.store(word_of(at, 0), std::uint64_t{1});
    memory.store(word_of(at, 2), std::uint64_t{1});
    EXPECT_EQ(lines(), before + 2);
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

TEST(ProcFiles, OomScoreFollowsItsAdjustment) {
  MachineFixture fixture(with_memory());
  fixture.spawn([&](Caller& caller) {
    const std::string at = "==> /proc/" + std::to_string(caller.process().pid.value());
    EXPECT_EQ(text_of(fixture.machine(), {"oom_score_adj"}), at + "/oom_score_adj <==\n0\n");
    caller.process().oom_score_adj = 1000;
    EXPECT_THAT(text_of(fixture.machine(), {"oom_score", "oom_score_adj"}),
                testing::MatchesRegex(at + "/oom_score <==\n13[0-9][0-9]\n\n" + at + "/oom_score_adj <==\n1000\n"));
    caller.process().oom_score_adj = -1000;
    EXPECT_EQ(text_of(fixture.machine(), {"oom_score"}), at + "/oom_score <==\n0\n");
  });
  EXPECT_EQ(fixture.finish(), RunEnd::finished);
}

TEST(ProcFiles, TheMachinesOwnComesOnce) {
  MachineFixture fixture(with_memory(16 * mib));
  EXPECT_THAT(text_of(fixture.machine(), {"meminfo"}),
              StartsWith("==> /proc/meminfo <==\nMemTotal:          16384 kB\n"));
}

TEST(ProcFiles, ZonesAndCountersAreTheMachines) {
  MachineFixture fixture(with_memory(16 * mib));
  EXPECT_THAT(text_of(fixture.machine(), {"buddyinfo"}), HasSubstr("Node 0, zone      DMA "));
  EXPECT_THAT(text_of(fixture.machine(), {"zoneinfo"}), HasSubstr("\n        managed  4096\n"));
  EXPECT_THAT(text_of(fixture.machine(), {"vmstat"}), StartsWith("==> /proc/vmstat <==\nnr_free_pages 4095\n"));
}

TEST(ProcFiles, OthersAreNotThere) {
  EXPECT_EQ(find_proc_file("mem"), nullptr);
  EXPECT_EQ(find_proc_file(""), nullptr);
}

}  // namespace signalbox::proc_files_test
