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

TEST(Process, ForkedAddressSpaceHasItsOwnIdentity) {
  const EmptyAddressSpace space(AddressSpaceId(4));
  const auto child = space.clone_for_fork(AddressSpaceId(5));
  EXPECT_EQ(space.id(), AddressSpaceId(4));
  EXPECT_EQ(child->id(), AddressSpaceId(5));
}

}  // namespace signalbox::process_test
