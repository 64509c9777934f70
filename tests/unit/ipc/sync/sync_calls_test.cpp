#include "ipc/sync/sync_calls.hpp"

#include <gtest/gtest.h>

#include "tests/support/scenario_run.hpp"

namespace signalbox::sync_calls_test {

TEST(SyncCalls, NullPointerReturnsEfault) {
  ScenarioRun run("fcfs");
  run.spawn("caller", [](Guest& guest) {
    for (const SyscallRow& row : sync_calls()) {
      EXPECT_EQ(guest.caller().syscall(RawCall{row.number, {}}), -static_cast<std::int64_t>(Errno::efault)) << row.name;
    }
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
}

TEST(SyncCalls, AreCallsThatLinuxHasNot) {
  for (const SyscallRow& row : sync_calls()) EXPECT_GE(row.number, first_own_call) << row.name;
}

TEST(SyncCalls, TracesSayThatThereWasAnAddressAndNotWhich) {
  ScenarioRun run("fcfs");
  run.spawn("caller", [mutex = std::make_shared<Mutex>()](Guest& guest) {
    EXPECT_EQ(guest.unlock(*mutex).error(), Errno::eperm);
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  const auto calls = run.trace.of(TraceKind::syscall_entered);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls.front().a, call_number::mutex_unlock);
  EXPECT_EQ(calls.front().b, 1U);
}

}  // namespace signalbox::sync_calls_test
