#include "workloads/script_memory.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/error_of.hpp"
#include "tests/support/scenario_run.hpp"

namespace signalbox::script_memory_test {

MachineConfig with_memory() {
  MachineConfig config;
  config.memory.emplace();
  config.memory->main.bytes = std::uint64_t{16} << 20U;
  return config;
}

// What tasks of one phase do to memory, each task a thread of the process of its name.
struct Worked {
  std::uint64_t faults = 0;
  std::uint64_t accesses = 0;
};
Worked work_of(const std::vector<ScriptAction>& actions, int instances = 1, const std::string& process = {}) {
  Scenario scenario;
  scenario.memory_buffer = 10 * page_bytes;
  Task& task = scenario.tasks.emplace_back();
  task.name = "worker";
  task.process = process;
  task.instances = instances;
  task.loop = 1;
  Phase& phase = task.phases.emplace_back();
  for (const ScriptAction& action : actions) phase.events.push_back({action, {"test.json", 1, 1}});
  ScenarioRun run("fcfs", with_memory());
  run.launch(scenario);
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_TRUE(run.launched.notes().empty());
  MachineMemory& memory = *run.machine->memory();
  return {memory.main().events().faults, memory.mmus().counters().accesses};
}

TEST(ScriptMemory, MemClearsItsBufferRoundAndRound) {
  EXPECT_EQ(work_of({MemsetEvent{10 * page_bytes}}).faults, 10U);
  EXPECT_EQ(work_of({MemsetEvent{25 * page_bytes}}).faults, 10U);
  EXPECT_EQ(work_of({MemsetEvent{3 * page_bytes}}).faults, 3U);
  EXPECT_EQ(work_of({MemsetEvent{0}}).faults, 0U);
}

// What a task of one event writes to a device, on a machine.
std::unique_ptr<ScenarioRun> written_to(const std::string& device, const MachineConfig& config, std::uint64_t bytes) {
  Scenario scenario;
  scenario.memory_buffer = 10 * page_bytes;
  scenario.io_device = device;
  Task& task = scenario.tasks.emplace_back();
  task.name = "worker";
  task.loop = 1;
  task.phases.emplace_back().events.push_back({IoRunEvent{bytes}, {"test.json", 1, 1}});
  auto run = std::make_unique<ScenarioRun>("fcfs", config);
  run->launch(scenario);
  EXPECT_EQ(run->run(), RunEnd::finished);
  EXPECT_TRUE(run->launched.notes().empty());
  return run;
}

TEST(ScriptMemory, IorunWritesABufferAtOnce) {
  const auto without = written_to("/dev/null", {}, 25 * page_bytes);
  const auto calls = without->trace.of(TraceKind::syscall_entered);
  EXPECT_EQ(std::ranges::count(calls, call_number::write, &TraceEvent::a), 3);
  const auto run = written_to("/tmp/out", with_memory(), 25 * page_bytes);
  const auto file =
      run->machine->files().find({.folder = &run->machine->files().root(), .is_privileged = true}, "/tmp/out");
  EXPECT_EQ((*file)->bytes(), 25 * page_bytes);
  EXPECT_EQ((*file)->attributes.permissions, 0644U);
}

TEST(ScriptMemory, IorunToAFileNeedsMemory) {
  EXPECT_EQ(error_of([] { written_to("/tmp/out", {}, 1); }),
            "test.json:1:1: error: \"iorun\" needs memory, because its device is a file; expected a machine that has "
            "memory");
}

TEST(ScriptMemory, MemrunMakesItsAccesses) {
  const Worked read = work_of({MemoryRunEvent{.work = BufferWork::read, .size = 2 * page_bytes, .count = 20'000}});
  EXPECT_GE(read.accesses, 20'000U);
  EXPECT_LE(read.accesses, 20'010U);
  EXPECT_EQ(read.faults, 2U);
  EXPECT_EQ(work_of({MemoryRunEvent{.work = BufferWork::write, .size = page_bytes, .count = 5}}).faults, 1U);
}

TEST(ScriptMemory, ChainsGoThroughAllOfTheBuffer) {
  for (const AccessPattern pattern : {AccessPattern::sequential, AccessPattern::random}) {
    const MemoryRunEvent chase{
        .work = BufferWork::chase, .size = 7 * page_bytes, .count = 1'000, .stride = page_bytes, .pattern = pattern};
    const Worked worked = work_of({chase});
    EXPECT_EQ(worked.faults, 7U);
    EXPECT_GE(worked.accesses, 1'007U);
    EXPECT_LE(worked.accesses, 1'030U);
  }
}

TEST(ScriptMemory, TouchWritesEachPage) {
  EXPECT_EQ(work_of({TouchEvent{.bytes = 5 * page_bytes + 1}}).faults, 6U);
  EXPECT_EQ(work_of({TouchEvent{.bytes = 5 * page_bytes, .pattern = AccessPattern::random}}).faults, 5U);
}

TEST(ScriptMemory, BlocksAreWrittenToAndServeAgain) {
  const MallocEvent blocks{.bytes = 10 * page_bytes, .count = 3, .ref = "a"};
  EXPECT_EQ(work_of({blocks}).faults, 30U);
  EXPECT_EQ(work_of({blocks, FreeEvent{"a", 3}, blocks}).faults, 30U);
  EXPECT_EQ(work_of({blocks, FreeEvent{"a", 2}, blocks}).faults, 40U);
  EXPECT_EQ(work_of({FreeEvent{"a", 5}, blocks}).faults, 30U) << "what is not there is not freed";
}

TEST(ScriptMemory, NamedBuffersAreOneInAProcess) {
  const MemoryRunEvent own{.work = BufferWork::write, .size = 4 * page_bytes, .count = 4 * page_bytes};
  MemoryRunEvent shared = own;
  shared.buffer = "pool";
  EXPECT_EQ(work_of({own}, 3, "server").faults, 12U);
  EXPECT_EQ(work_of({shared}, 3, "server").faults, 4U);
  EXPECT_EQ(work_of({shared}, 3).faults, 12U) << "each process has its own";
}

TEST(ScriptMemory, AMachineWithoutMemoryIsRefused) {
  Scenario scenario;
  Task& task = scenario.tasks.emplace_back();
  task.name = "worker";
  task.phases.emplace_back().events.push_back({MemsetEvent{1}, {"test.json", 3, 7}});
  ScenarioRun run;
  EXPECT_TRUE(needs_memory(scenario, {}));
  EXPECT_THROW(run.launch(scenario), InputError);
}

}  // namespace signalbox::script_memory_test
