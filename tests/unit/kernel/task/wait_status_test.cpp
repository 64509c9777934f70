#include "kernel/task/wait_status.hpp"

#include <gtest/gtest.h>

#include "kernel/base/signal.hpp"

namespace signalbox::wait_status_test {

TEST(WaitStatus, ExitCodeIsInTheSecondByte) {
  const WaitStatus status = WaitStatus::exited(0x1234);
  EXPECT_EQ(status.raw(), 0x3400);
  EXPECT_TRUE(status.has_exited());
  EXPECT_FALSE(status.was_signaled());
  EXPECT_EQ(status.exit_code(), 0x34);
  EXPECT_EQ(WaitStatus::from_raw(0x3400), status);
}

TEST(WaitStatus, SignalIsInTheLowBits) {
  const WaitStatus status = WaitStatus::killed_by(9);
  EXPECT_EQ(status.raw(), 9);
  EXPECT_FALSE(status.has_exited());
  EXPECT_TRUE(status.was_signaled());
  EXPECT_EQ(status.signal(), 9);
}

TEST(Signals, DefaultActionsAreThoseOfSignal7) {
  for (const int ignored : {17, 23, 28})
    EXPECT_EQ(default_action(static_cast<Signal>(ignored)), DefaultAction::ignore) << ignored;
  for (const int stopping : {19, 20, 21, 22})
    EXPECT_EQ(default_action(static_cast<Signal>(stopping)), DefaultAction::stop) << stopping;
  EXPECT_EQ(default_action(Signal::sigcont), DefaultAction::resume);
  int ending = 0;
  for (int signal = 1; signal <= last_signal; ++signal)
    ending += default_action(static_cast<Signal>(signal)) == DefaultAction::terminate;
  EXPECT_EQ(ending, 64 - 3 - 4 - 1);
}

}  // namespace signalbox::wait_status_test
