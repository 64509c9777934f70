#include "tools/experiment/group_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::group_settings_test {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TaskGroupSpec group_of(const std::string& text) {
  const std::vector texts{text};
  return read_task_groups(texts, 4).front();
}

std::string error_in(std::vector<std::string> texts) {
  return error_of([&] { read_task_groups(texts, 4); });
}

Scenario in_groups(const std::vector<std::string>& paths) {
  Scenario scenario;
  for (const std::string& path : paths) {
    scenario.tasks.emplace_back().phases.emplace_back().sched.group = path;
  }
  return scenario;
}

TEST(GroupSettings, WhatIsLeftOutIsTheDefault) {
  EXPECT_EQ(group_of("/a"), TaskGroupSpec{.path = "/a"});
  const TaskGroupSpec full{.path = "/a/b", .weight = 200, .quota = 20_ms, .period = 50_ms, .burst = 5_ms};
  EXPECT_EQ(group_of("/a/b:weight=200,quota=20ms,period=50ms,burst=5ms"), full);
  EXPECT_EQ(group_of("/a:quota=off"), TaskGroupSpec{.path = "/a"});
}

TEST(GroupSettings, CpusAreListedWithAPlusForTheComma) {
  const CpuMask cpus = group_of("/a:cpus=0-1+3,weight=5").cpus;
  EXPECT_EQ(cpus, CpuMask::of(std::array{CpuId(0), CpuId(1), CpuId(3)}));
  EXPECT_EQ(error_in({"/a:weight=5,cpus=1+4"}),
            "--cgroup:1:20: error: '4' is no CPU of this machine; expected a list of CPUs up to 3, such as 2 or 0-1+3");
  EXPECT_EQ(error_in({"/a:cpus=,weight=5"}),
            "--cgroup:1:4: error: no CPU is named; expected a list of CPUs up to 3, such as 2 or 0-1+3");
}

TEST(GroupSettings, APathMayHoldTheNamesOfOptions) {
  EXPECT_EQ(group_of("/cpus=9/burst=1:cpus=2").cpus, CpuMask::of(std::array{CpuId(2)}));
  EXPECT_EQ(error_in({"/cpus=1:cpus=9"}),
            "--cgroup:1:14: error: '9' is no CPU of this machine; expected a list of CPUs up to 3, such as 2 or 0-1+3");
  EXPECT_EQ(error_in({"/burst=1:quota=5ms,burst=6ms"}),
            "--cgroup:1:20: error: a burst beyond the quota; expected at most the quota");
  EXPECT_EQ(group_of("/cpus=,x:weight=5"), (TaskGroupSpec{.path = "/cpus=,x", .weight = 5}));
}

TEST(GroupSettings, AreSpelledAsRead) {
  for (const char* text :
       {"/a", "/a:cpus=0-2", "/a:cpus=1+3", "/a:weight=1", "/a/b:weight=10000,quota=20ms,period=1s,burst=5ms"}) {
    EXPECT_EQ(spelled(group_of(text)), text);
  }
}

TEST(GroupSettings, WhatIsWrongIsRefusedWithItsColumn) {
  EXPECT_EQ(error_in({"a"}), "--cgroup:1:1: error: \"a\" names no group; expected a path such as /a or /a/b");
  EXPECT_EQ(error_in({"/:weight=5"}), "--cgroup:1:1: error: \"/\" names no group; expected a path such as /a or /a/b");
  EXPECT_EQ(error_in({"/a:weight=0"}),
            "--cgroup:1:11: error: 0 is out of range for weight; expected a whole number from 1 to 10000");
  EXPECT_EQ(error_in({"/a:quota=5ms,burst=6ms"}),
            "--cgroup:1:14: error: a burst beyond the quota; expected at most the quota");
  EXPECT_EQ(error_in({"/a:quota=20"}),
            "--cgroup:1:10: error: '20' has no unit of time; expected a time from 1ms to 10000s or off, with the unit "
            "ns, us, ms or s");
  EXPECT_EQ(error_in({"/a", "/b", "/a:weight=3"}),
            "--cgroup:1:1: error: the group /a is given twice; expected each group once");
}

TEST(GroupSettings, GroupsThatOnlyTheScenarioNamesHaveDefaults) {
  const std::vector given{TaskGroupSpec{.path = "/a", .weight = 7}};
  EXPECT_THAT(groups_with(given, in_groups({"/b", "/a", "/b", "/"})),
              ElementsAre(given.front(), TaskGroupSpec{.path = "/b"}));
}

TEST(GroupSettings, TooManyGroupsAreRefused) {
  std::string deep;
  for (std::size_t i = 0; i <= most_task_groups; ++i) deep += "/a";
  EXPECT_EQ(error_of([&] { check_group_count({}, in_groups({deep})); }),
            ": error: 1001 task groups; expected at most 1000");
  check_group_count({}, in_groups({deep.substr(2)}));
}

TEST(GroupSettings, NotesSayWhatHasNoEffect) {
  Setting setting{.scenario = in_groups({"/a/b"}), .machine = {}};
  const std::vector policies{policy_of("eevdf"), policy_of("fcfs"), policy_of("linux"), policy_of("rt")};
  EXPECT_THAT(group_notes(setting, policies),
              ElementsAre("no task groups are heeded by fcfs, rt; eevdf, cfs and linux do"));
  setting.groups = {{.path = "/a"}, {.path = "/c"}};
  setting.machine.topology = Topology::uniform(2);
  EXPECT_THAT(group_notes(setting, std::span(policies).first(1)),
              ElementsAre("--cgroup /c: no task is in this group",
                          "no task groups are heeded where CPUs share a queue, as with eevdf; queue_per=cpu does"));
  EXPECT_THAT(group_notes({.scenario = in_groups({}), .machine = {}}, policies), IsEmpty());
}

}  // namespace signalbox::group_settings_test
