#include "kernel/task/inheriting_lock.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "kernel/task/process.hpp"

namespace signalbox::inheriting_lock_test {

class NoHost final : public ThreadHost {
 public:
  void run(Thread&) override {}
  void wake(Thread&, WakeReason) override {}
};

class InheritingLockTest : public ::testing::Test {
 protected:
  Thread& thread(std::int32_t tid) {
    return *threads_.emplace_back(std::make_unique<Thread>(Tid(tid), process_, host_));
  }
  std::vector<std::int32_t> order() const {
    std::vector<std::int32_t> tids;
    for (const InheritingLock::Waiting& waiting : lock_.waiting()) tids.push_back(waiting.thread->tid.value());
    return tids;
  }

  NoHost host_;
  Process process_{Pid(2), nullptr};
  std::vector<std::unique_ptr<Thread>> threads_;
  InheritingLock lock_;
};

TEST_F(InheritingLockTest, MoreUrgentOnesComeFirstAndEqualOnesAsTheyCame) {
  EXPECT_FALSE(lock_.has_waiters());
  lock_.add(thread(2), {});
  lock_.add(thread(3), {.rank = 50});
  lock_.add(thread(4), {});
  lock_.add(thread(5), {.rank = 50});
  lock_.add(thread(6), {.rank = 20});
  EXPECT_EQ(order(), (std::vector{6, 3, 5, 2, 4}));
  EXPECT_EQ(lock_.top().thread->tid, Tid(6));
}

TEST_F(InheritingLockTest, DeadlineThreadsComeByTheirDeadlines) {
  lock_.add(thread(2), {.rank = 0});
  lock_.add(thread(3), {.rank = deadline_rank, .deadline = Instant() + 20_ms});
  lock_.add(thread(4), {.rank = deadline_rank, .deadline = Instant() + 10_ms});
  EXPECT_EQ(order(), (std::vector{4, 3, 2}));
}

TEST_F(InheritingLockTest, WhoLeavesIsForgotten) {
  Thread& first = thread(2);
  lock_.add(first, {});
  lock_.add(thread(3), {});
  lock_.remove(first);
  EXPECT_EQ(order(), (std::vector{3}));
}

}  // namespace signalbox::inheriting_lock_test
