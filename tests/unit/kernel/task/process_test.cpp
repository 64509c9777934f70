#include "kernel/task/process.hpp"

#include <gtest/gtest.h>

#include "kernel/task/process_table.hpp"
#include "tests/support/no_host.hpp"

namespace signalbox::process_test {

TEST(Process, FirstOneLeadsItsOwnGroupAndSession) {
  const Process init(Pid(1), nullptr);
  EXPECT_EQ(init.group, ProcessGroupId(1));
  EXPECT_EQ(init.session, SessionId(1));
  EXPECT_EQ(init.state, ProcessState::alive);
  EXPECT_EQ(init.status, WaitStatus::exited(0));
}

TEST(Process, TimesAreThoseOfTheEndedAndOfTheLiving) {
  NoHost host;
  ProcessTable table;
  Process& process = **table.create_process(nullptr);
  EXPECT_EQ(process.leader(), nullptr);
  Thread& living = **table.create_thread(process, host);
  Thread& ended = **table.create_thread(process, host);
  living.times = {1_ms, 2_ms};
  ended.times = {10_ms, 20_ms};
  ended.state = ThreadState::exited;
  process.ended_threads = {10_ms, 20_ms};
  EXPECT_EQ(process.times(), (CpuTimes{11_ms, 22_ms})) << "who has ended is counted once";
}

TEST(Process, MemoryUsageIsTheSumOfItsThreadsEndedOrNot) {
  NoHost host;
  ProcessTable table;
  Process& process = **table.create_process(nullptr);
  Thread& living = **table.create_thread(process, host);
  Thread& ended = **table.create_thread(process, host);
  living.memory.minor_faults = 1;
  ended.memory.major_faults = 20;
  ended.state = ThreadState::exited;
  process.ended_memory = {.minor_faults = 10, .major_faults = 20, .peak_pages = 5};
  EXPECT_EQ(process.memory_usage(), (MemoryUsage{11, 20, 5})) << "who has ended is counted once";
}

TEST(Process, MemoryLimitsAreItsLimitsAndWhatItMay) {
  ProcessTable table;
  Process& process = **table.create_process(nullptr);
  process.limits.set(Resource::data, {4096, 8192});
  EXPECT_EQ(process.memory_limits().data, 4096U);
  EXPECT_EQ(process.memory_limits().data_hard, 8192U);
  EXPECT_TRUE(process.memory_limits().may_lock);
  process.credentials.effective_user = UserId(1000);
  EXPECT_FALSE(process.memory_limits().may_lock);
  process.limits_changed();  // it has no memory to tell
}

}  // namespace signalbox::process_test
