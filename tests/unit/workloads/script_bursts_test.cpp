#include "workloads/script_bursts.hpp"

#include <gtest/gtest.h>

namespace signalbox::script_bursts_test {

ScriptInstruction run(Duration duration) {
  ScriptInstruction instruction;
  instruction.op = ScriptOp::run;
  instruction.duration = duration;
  return instruction;
}

ScriptInstruction step(ScriptOp op) {
  ScriptInstruction instruction;
  instruction.op = op;
  return instruction;
}

void add_phase(Script& script, const std::vector<ScriptInstruction>& instructions, std::int64_t loop) {
  ScriptPhase phase;
  phase.entry = phase.begin = static_cast<std::uint32_t>(script.instructions.size());
  script.instructions.insert(script.instructions.end(), instructions.begin(), instructions.end());
  phase.end = static_cast<std::uint32_t>(script.instructions.size());
  phase.loop = loop;
  script.phases.push_back(phase);
}

TEST(ScriptBursts, AddUpToTheNextWait) {
  Script script;
  add_phase(script,
            {run(1_ms), run(2_ms), step(ScriptOp::sleep), run(4_ms), step(ScriptOp::unlock), run(8_ms),
             step(ScriptOp::acquire), run(16_ms)},
            1);
  declare_bursts(script);
  EXPECT_EQ(script.first_burst, 3_ms);
  EXPECT_EQ(script.bursts[script.instructions[2].burst].if_ended, 12_ms);
  EXPECT_EQ(script.bursts[script.instructions[6].burst].if_ended, 16_ms);
}

TEST(ScriptBursts, LockIsTakenToBeFreeButDeclaresWhatFollowsIt) {
  Script script;
  add_phase(script, {run(1_ms), step(ScriptOp::lock), run(2_ms), step(ScriptOp::sleep)}, 1);
  declare_bursts(script);
  EXPECT_EQ(script.first_burst, 3_ms);
  EXPECT_EQ(script.bursts[script.instructions[1].burst].if_ended, 2_ms);
}

TEST(ScriptBursts, DependOnWhereTheLoopsStand) {
  Script script;
  script.loop = 2;
  add_phase(script, {run(1_ms), step(ScriptOp::sleep), run(2_ms)}, 3);
  add_phase(script, {run(10_ms)}, 4);
  declare_bursts(script);
  const ScriptBurst& burst = script.bursts[script.instructions[1].burst];
  EXPECT_EQ(burst.if_repeated, 2_ms + 1_ms);
  EXPECT_EQ(burst.if_left, 2_ms + 40_ms + 1_ms);
  EXPECT_EQ(burst.if_ended, 2_ms + 40_ms);
}

TEST(ScriptBursts, ComputingForEverIsLongerThanAnything) {
  Script script;
  add_phase(script, {run(1_ms)}, -1);
  declare_bursts(script);
  EXPECT_GT(script.first_burst, 1000000_s);
  Script huge;
  add_phase(huge, {run(3600_s)}, 0x7fffffff);
  add_phase(huge, {run(3600_s)}, 0x7fffffff);
  declare_bursts(huge);
  EXPECT_GT(huge.first_burst, 1000000_s);
}

TEST(ScriptBursts, ExitEndsTheBurst) {
  Script script;
  add_phase(script, {run(1_ms), step(ScriptOp::exit), run(2_ms)}, -1);
  declare_bursts(script);
  EXPECT_EQ(script.first_burst, 1_ms);
}

TEST(ScriptBursts, ScriptWithoutPhasesComputesNothing) {
  Script script;
  declare_bursts(script);
  EXPECT_EQ(script.first_burst, 0_ns);
}

}  // namespace signalbox::script_bursts_test
