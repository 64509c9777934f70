#include "tools/experiment/run_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/hand_made_runs.hpp"
#include "tools/experiment/machine_file.hpp"

namespace signalbox::run_key_test {

TEST(RunKey, HashesAreThoseOfXxh3) {
  EXPECT_EQ(content_hash(""), "99aa06d3014798d86001c324468d497f") << "of the empty text, as xxhsum -H2 prints it";
  EXPECT_NE(content_hash("a"), content_hash("b"));
}

TEST(RunKey, SimulatorVersionIsSixteenHexDigits) {
  EXPECT_THAT(std::string(simulator_version()), testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST(RunKey, MachineHashTellsEverythingButTheName) {
  const MachineConfig plain = load_machine("textbook").config;
  std::set<std::string> hashes{machine_hash(plain)};
  const auto is_new = [&](const auto& change) {
    MachineConfig changed = plain;
    change(changed);
    return hashes.insert(machine_hash(changed)).second;
  };
  EXPECT_FALSE(is_new([](MachineConfig& machine) { machine.name = "other"; }));
  EXPECT_TRUE(is_new([](MachineConfig& machine) { machine.tick += 1_ns; }));
  EXPECT_TRUE(is_new([](MachineConfig& machine) { machine.timer_slack += 1_ns; }));
  EXPECT_TRUE(is_new([](MachineConfig& machine) { ++machine.watchdog_calls; }));
  EXPECT_TRUE(is_new([](MachineConfig& machine) { machine.kernel_preemption = KernelPreemption::full; }));
  EXPECT_TRUE(is_new([](MachineConfig& machine) { machine.topology = with_cpus(machine.topology, 3); }));
  EXPECT_TRUE(is_new([](MachineConfig& machine) { machine.topology = Topology::uniform(3); }));
  for (const CostField& field : cost_fields) {
    EXPECT_TRUE(is_new([&](MachineConfig& machine) { machine.costs.*field.value += 1_ns; })) << field.name;
  }
}

TEST(RunKey, NamesWhatDeterminesTheRun) {
  ComparisonPlan plan = plan_of({"fcfs", "round_robin:quantum=2000us"}, 1);
  plan.settings[0].scenario_hash = "content";
  ComparedRun run;
  run.policy = 1;
  run.seed = 7;
  const RunKey key = key_of(plan, run);
  EXPECT_EQ(key.program, simulator_version());
  EXPECT_EQ(key.scenario, "content");
  EXPECT_EQ(key.machine, machine_hash(plan.settings[0].machine));
  EXPECT_EQ(key.policy, "round_robin:quantum=2ms");
  EXPECT_EQ(key.seed, 7U);
  EXPECT_EQ(key.until_ns, -1);
}

TEST(RunKey, UntilIsTheUsersBeforeTheScenarios) {
  ComparisonPlan plan = plan_of({"fcfs"}, 1);
  plan.settings[0].scenario.duration = 2_s;
  EXPECT_EQ(key_of(plan, ComparedRun()).until_ns, 2'000'000'000);
  plan.until = 1_us;
  EXPECT_EQ(key_of(plan, ComparedRun()).until_ns, 1'000);
}

}  // namespace signalbox::run_key_test
