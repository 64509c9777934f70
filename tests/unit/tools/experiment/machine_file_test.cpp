#include "tools/experiment/machine_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/error_of.hpp"
#include "tests/support/machine_fixture.hpp"
#include "tests/support/trace_file.hpp"

namespace signalbox::machine_file_test {

using ::testing::StartsWith;

constexpr const char* expected_time = "expected a time such as \"177ns\", \"1.5us\", \"4ms\" or \"1s\", at most 10s";

std::string error_in(std::string_view text) {
  return error_of([&] { parse_machine(text, "m.toml"); });
}

CpuId cpu(unsigned number) { return CpuId(static_cast<CpuId::Value>(number)); }

TEST(MachineFile, AnEmptyOneIsTheTextbooks) {
  const MachineProfile profile = parse_machine("", "m.toml");
  EXPECT_EQ(profile.config.topology.cpu_count(), 1U);
  EXPECT_EQ(profile.config.costs, CostModel());
  EXPECT_EQ(profile.config.tick, Duration());
  EXPECT_EQ(profile.config.kernel_preemption, KernelPreemption::none);
}

TEST(MachineFile, ReadsEveryKey) {
  const MachineProfile profile = parse_machine(R"(
name = "desk"
description = "two cores of two threads"
tick = "4ms"
kernel_preemption = "full"
timer_slack = "50us"
[cpus]
count = 4
threads_per_core = 2
cpus_per_llc = 2
cpus_per_node = 2
capacity = [512, 512, 1024, 1024]
[costs]
syscall = "177ns"
migration = "1.5us"
)",
                                               "m.toml");
  EXPECT_EQ(profile.config.name, "desk");
  EXPECT_EQ(profile.description, "two cores of two threads");
  EXPECT_EQ(profile.config.tick, 4_ms);
  EXPECT_EQ(profile.config.kernel_preemption, KernelPreemption::full);
  EXPECT_EQ(profile.config.timer_slack, 50_us);
  EXPECT_EQ(profile.config.costs.syscall, 177_ns);
  EXPECT_EQ(profile.config.costs.migration, 1'500_ns);
  const Topology& topology = profile.config.topology;
  ASSERT_EQ(topology.cpu_count(), 4U);
  EXPECT_EQ(topology.place(cpu(1)).core, 0);
  EXPECT_EQ(topology.place(cpu(3)).core, 1);
  EXPECT_EQ(topology.place(cpu(2)).llc, 1);
  EXPECT_EQ(topology.place(cpu(2)).node, NodeId(1));
  EXPECT_EQ(topology.place(cpu(1)).capacity, 512);
}

TEST(MachineFile, TakesEveryPriceThereIs) {
  for (const CostField& field : cost_fields) {
    const std::string text = "[costs]\n" + std::string(field.name) + " = \"3us\"\n";
    EXPECT_EQ(parse_machine(text, "m.toml").config.costs.*field.value, 3_us) << field.name;
  }
}

TEST(MachineFile, SetsMallocOfItsPrograms) {
  const MachineConfig config = parse_machine("[memory]\nmalloc_conf = \"narenas:2,junk:true\"\n", "m.toml").config;
  EXPECT_EQ(config.heap.heap.narenas, 2U);
  EXPECT_TRUE(config.heap.junks_new);
}

TEST(MachineFile, OneCapacityIsForAllCpus) {
  const Topology topology = parse_machine("[cpus]\ncount = 3\ncapacity = 300\n", "m.toml").config.topology;
  EXPECT_EQ(topology.place(cpu(2)).capacity, 300);
}

struct BadMachine {
  std::string_view text;
  std::string_view error;
};

TEST(MachineFile, SaysWhereItIsWrongAndWhatBelongsThere) {
  const BadMachine cases[] = {
      {"[cpus]\ncuont = 2\n",
       "m.toml:2:1: error: unknown key 'cuont'; expected one of count, capacity, threads_per_core, cpus_per_llc, "
       "cpus_per_node (did you mean 'count'?)"},
      {"tik = \"4ms\"\n",
       "m.toml:1:1: error: unknown key 'tik'; expected one of name, description, tick, kernel_preemption, timer_slack, "
       "cpus, memory, costs (did you mean 'tick'?)"},
      {"name = 3\n", "m.toml:1:8: error: 'name' is not a string; expected a string"},
      {"cpus = 4\n", "m.toml:1:8: error: 'cpus' is not a table; expected a table"},
      {"[[cpus]]\ncount = 4\n", "m.toml:1:1: error: 'cpus' is not a table; expected a table"},
      {"[cpus]\ncount = 2.5\n",
       "m.toml:2:9: error: 'count' is not a whole number; expected a whole number from 1 to 1024"},
      {"[cpus]\ncount = 0\n", "m.toml:2:9: error: 'count' is 0; expected a whole number from 1 to 1024"},
      {"[cpus]\ncount = 1025\n", "m.toml:2:9: error: 'count' is 1025; expected a whole number from 1 to 1024"},
      {"[cpus]\ncpus_per_llc = -1\n",
       "m.toml:2:16: error: 'cpus_per_llc' is -1; expected a whole number from 1 to 1024"},
      {"[cpus]\ncount = 2\ncapacity = [1, 2, 3]\n",
       "m.toml:3:12: error: 'capacity' has 3 entries; expected one for each of the 2 CPUs, or one number for all"},
      {"[cpus]\ncount = 2\ncapacity = [1024, 2000]\n",
       "m.toml:3:19: error: 'capacity' is 2000; expected a whole number from 1 to 1024"},
      {"[cpus]\ncapacity = \"big\"\n",
       "m.toml:2:12: error: 'capacity' is not a whole number; expected a whole number from 1 to 1024"},
      {"kernel_preemption = \"some\"\n",
       "m.toml:1:21: error: 'kernel_preemption' is \"some\"; expected \"none\" or \"full\""},
  };
  for (const BadMachine& bad : cases) EXPECT_EQ(error_in(bad.text), bad.error);
}

TEST(MachineFile, ATimeIsTextWithAUnit) {
  const std::string expected = std::string("; ") + expected_time;
  EXPECT_EQ(error_in("[costs]\nfork = 4\n"), "m.toml:2:8: error: 'fork' is not a time" + expected);
  for (const std::string wrong : {"4", "-4ms", "4 ms", "4min", "nan s", "infs", "1e30s", "11s", ""}) {
    EXPECT_EQ(error_in("[costs]\nfork = \"" + wrong + "\"\n"),
              "m.toml:2:8: error: 'fork' is \"" + wrong + "\"" + expected);
  }
}

TEST(MachineFile, WhatIsNoTomlIsToldAtItsPlace) {
  EXPECT_THAT(error_in("name = \"x\"\n[cpus\ncount = 1\n"), StartsWith("m.toml:2:"));
  EXPECT_THAT(error_in("a = 1\na = 2\n"), StartsWith("m.toml:2:"));
  EXPECT_THAT(error_in("\xff\xfe"), StartsWith("m.toml:1:1: error: "));
  EXPECT_EQ(error_in("tick = \"\"\"4\n\nms\"\"\"\n").find('\n'), std::string::npos) << "one line, whatever is quoted";
}

TEST(MachineFile, OnlyLinesOfCommentHoldLettersOutsideAscii) {
  EXPECT_NO_THROW(parse_machine("  # 4 \u00b5s a switch\ntick = \"4ms\"\n", "m.toml"));
  EXPECT_EQ(error_in("# a\n\ntick\u00b5 = \"4ms\"\n"),
            "m.toml:3:5: error: a character outside ASCII; expected ASCII, but in lines of comment");
}

TEST(MachineFile, EveryShippedMachineIsReadAndSaysWhatItIs) {
  EXPECT_EQ(shipped_machine_names(),
            (std::vector<std::string_view>{"biglittle", "laptop", "paging", "server-2x32", "textbook"}));
  for (const std::string_view name : shipped_machine_names()) {
    const MachineProfile profile = load_machine(std::string(name));
    EXPECT_EQ(profile.config.name, name);
    EXPECT_FALSE(profile.description.empty()) << name;
    EXPECT_EQ(profile.config.costs == CostModel(), name == "textbook") << name;
  }
  EXPECT_EQ(load_machine("server-2x32").config.topology.place(cpu(63)).node, NodeId(1));
  EXPECT_EQ(load_machine("laptop").config.topology.place(cpu(7)).core, 3);
  EXPECT_EQ(load_machine("biglittle").config.topology.place(cpu(3)).capacity, 462);
}

TEST(ParseMachine, ATickThatLeavesTimeForNothingElseIsRefused) {
  EXPECT_EQ(error_of([] { parse_machine("tick = \"1ns\"", "m.toml"); }),
            "m.toml:1:8: error: 'tick' is \"1ns\"; expected a time such as \"177ns\", \"1.5us\", \"4ms\" or \"1s\", at "
            "least 1us, at most 10s");
  EXPECT_EQ(parse_machine("tick = \"1us\"", "m.toml").config.tick, 1_us);
  EXPECT_EQ(parse_machine("tick = \"0ns\"", "m.toml").config.tick, 0_ns);
}

TEST(LoadMachine, ReadsAFileByItsPath) {
  const TraceFile file;
  std::ofstream(file.path()) << "[cpus]\ncount = 3\n";
  const MachineProfile profile = load_machine(file.path());
  EXPECT_EQ(profile.config.topology.cpu_count(), 3U);
  EXPECT_EQ(profile.config.name, file.path()) << "its path, where it has no name";
}

TEST(LoadMachine, WhatIsNeitherNamedNorThereIsToldSo) {
  EXPECT_EQ(error_of([] { load_machine("lptop"); }),
            "lptop: error: no machine of that name; expected biglittle, laptop, paging, server-2x32, textbook, or the "
            "path of a "
            "machine file");
  EXPECT_EQ(error_of([] { load_machine("lptop", {"work.json", 3, 14}); }),
            "work.json:3:14: error: there is no machine \"lptop\"; expected biglittle, laptop, paging, server-2x32, "
            "textbook, or "
            "the path of a machine file");
  EXPECT_THAT(error_of([] { load_machine("./nosuch.toml"); }),
              StartsWith("./nosuch.toml: error: there is no such file"));
}

TEST(WithCpus, TakesTheFirstOnes) {
  const Topology less = with_cpus(load_machine("biglittle").config.topology, 5);
  ASSERT_EQ(less.cpu_count(), 5U);
  EXPECT_EQ(less.place(cpu(3)).capacity, 462);
  EXPECT_EQ(less.place(cpu(4)).capacity, 1024);
}

TEST(WithCpus, RepeatsThePatternWithCoresAndCachesOfItsOwn) {
  const Topology laptop = load_machine("laptop").config.topology;
  const Topology more = with_cpus(laptop, 20);
  ASSERT_EQ(more.cpu_count(), 20U);
  EXPECT_EQ(more.place(cpu(8)).core, more.place(cpu(9)).core) << "still two threads a core";
  EXPECT_EQ(more.place(cpu(8)).core, 4);
  EXPECT_EQ(more.place(cpu(8)).llc, 1);
  EXPECT_EQ(more.place(cpu(19)).llc, 2);
  EXPECT_EQ(with_cpus(Topology::uniform(1), max_cpus).place(cpu(max_cpus - 1)).core, max_cpus - 1);
}

}  // namespace signalbox::machine_file_test
