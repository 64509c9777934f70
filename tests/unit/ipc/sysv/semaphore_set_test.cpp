#include "ipc/sysv/semaphore_set.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/file_rig.hpp"

// Sleeping and waking are in semaphore_calls_test.
namespace signalbox::semaphore_set_test {

const Credentials root;
const Pid first(10);
const Pid second(11);

struct Set {
  IdleCurrent current;
  SemaphoreSet set;

  explicit Set(std::size_t size) : set(ipc_private, 0600, root, Instant(), size) {}
  Result<int> operate(std::vector<SemaphoreOperation> operations, Pid pid = first) {
    for (SemaphoreOperation& each : operations) each.flags |= ipc_no_wait;
    return set.operate(current, pid, operations, Instant::max());
  }
};

TEST(SemaphoreSet, AllOrNothing) {
  Set all(2);
  EXPECT_TRUE(all.operate({{0, 3, 0}, {1, 1, 0}}).has_value());
  EXPECT_EQ(all.operate({{0, -1, 0}, {1, -2, 0}}).error(), Errno::eagain);
  EXPECT_EQ(all.set.value(0), 3);
  EXPECT_EQ(all.operate({{0, 1, 0}, {1, 32'767, 0}}).error(), Errno::erange);
  EXPECT_EQ(all.set.value(0), 3);
  EXPECT_TRUE(all.operate({{0, -3, 0}, {0, 0, 0}, {1, -1, 0}}).has_value());
  EXPECT_EQ(all.set.value(0) + all.set.value(1), 0);
}

TEST(SemaphoreSet, RefusedOperationLeavesNothingToUndo) {
  Set undone(2);
  EXPECT_EQ(undone.operate({{0, 5, semaphore_undo}, {1, -1, 0}}).error(), Errno::eagain);
  undone.set.undo(first, Instant());
  EXPECT_EQ(undone.set.value(0), 0);
}

TEST(SemaphoreSet, UndoIsOfEachProcessAndStopsAtTheRange) {
  Set undone(1);
  EXPECT_TRUE(undone.operate({{0, 7, semaphore_undo}}, first).has_value());
  EXPECT_TRUE(undone.operate({{0, -4, semaphore_undo}}, second).has_value());
  undone.set.undo(second, Instant());
  EXPECT_EQ(undone.set.value(0), 7);
  EXPECT_EQ(undone.set.last(0), second);
  EXPECT_TRUE(undone.operate({{0, -6, 0}}, second).has_value());
  undone.set.undo(first, Instant());
  EXPECT_EQ(undone.set.value(0), 0);
  undone.set.undo(first, Instant());
  EXPECT_EQ(undone.set.value(0), 0) << "once";
}

TEST(SemaphoreSet, SettingForgetsWhatWouldBeUndone) {
  Set undone(2);
  EXPECT_TRUE(undone.operate({{0, 5, semaphore_undo}, {1, 5, semaphore_undo}}).has_value());
  undone.set.set(second, 0, 9, Instant());
  undone.set.undo(first, Instant());
  EXPECT_EQ(undone.set.value(0), 9);
  EXPECT_EQ(undone.set.value(1), 0);
}

TEST(SemaphoreSet, AnAdjustmentBeyondItsRangeIsErange) {
  Set undone(1);
  EXPECT_TRUE(undone.operate({{0, 32'767, semaphore_undo}}).has_value());
  EXPECT_TRUE(undone.operate({{0, -32'767, 0}}).has_value());
  EXPECT_TRUE(undone.operate({{0, 1, semaphore_undo}}).has_value());
  EXPECT_EQ(undone.operate({{0, 1, semaphore_undo}}).error(), Errno::erange);
}

}  // namespace signalbox::semaphore_set_test
