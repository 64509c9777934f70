#include "kernel/wait/wait_queue.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace signalbox::wait_queue_test {

constexpr WaitLabel label{WaitKind::mutex, NameId(3)};

// Says its name when it is woken, and then does what it was told to.
class Named final : public Waiter {
 public:
  Named(char name, std::string& said) : name_(name), said_(said) {}
  void woken() override {
    EXPECT_FALSE(is_queued()) << "it has left the queue before it is told";
    said_ += name_;
    if (again_on_ != nullptr) again_on_->add(*this);
    if (leaver_ != nullptr) leaver_->leave();
  }
  void sleep_again_on(WaitQueue& queue) { again_on_ = &queue; }
  void make_leave(Waiter& other) { leaver_ = &other; }

 private:
  char name_;
  std::string& said_;
  WaitQueue* again_on_ = nullptr;
  Waiter* leaver_ = nullptr;
};

class WaitQueueTest : public testing::Test {
 protected:
  std::string said;
  Named a{'a', said};
  Named b{'b', said};
  Named c{'c', said};

  void add_all(WaitQueue& queue) {
    for (Named* waiter : {&a, &b, &c}) queue.add(*waiter);
  }
};

TEST_F(WaitQueueTest, KeepsItsLabel) {
  const WaitQueue queue(label);
  EXPECT_EQ(queue.label().kind, WaitKind::mutex);
  EXPECT_EQ(queue.label().name, NameId(3));
}

TEST_F(WaitQueueTest, WakeOneTakesTheLongestSleeper) {
  WaitQueue queue(label);
  add_all(queue);
  queue.wake(Waiters::one);
  EXPECT_EQ(said, "a");
  EXPECT_FALSE(a.is_queued());
  EXPECT_TRUE(b.is_queued());
  queue.wake(Waiters::one);
  EXPECT_EQ(said, "ab");
  c.leave();
}

TEST_F(WaitQueueTest, WakeAllTakesThemInOrder) {
  WaitQueue queue(label);
  add_all(queue);
  queue.wake(Waiters::all);
  EXPECT_EQ(said, "abc");
  EXPECT_TRUE(queue.empty());
}

TEST_F(WaitQueueTest, WakeOfNobodyDoesNothing) {
  WaitQueue queue(label);
  queue.wake(Waiters::one);
  queue.wake(Waiters::all);
  EXPECT_TRUE(queue.empty());
}

TEST_F(WaitQueueTest, WhoLeavesOrEndsIsWokenNoMore) {
  WaitQueue queue(label);
  queue.add(a);
  std::optional<Named> passing(std::in_place, 'x', said);
  queue.add(*passing);
  queue.add(b);
  passing.reset();
  a.leave();
  a.leave();
  queue.wake(Waiters::all);
  EXPECT_EQ(said, "b");
}

TEST_F(WaitQueueTest, WhoSleepsAgainWhileAllAreWokenIsNotWokenTwice) {
  WaitQueue queue(label);
  a.sleep_again_on(queue);
  add_all(queue);
  queue.wake(Waiters::all);
  EXPECT_EQ(said, "abc");
  EXPECT_TRUE(a.is_queued());
  a.leave();
}

TEST_F(WaitQueueTest, WhoLeavesWhileAllAreWokenIsPassedOver) {
  WaitQueue queue(label);
  a.make_leave(b);
  add_all(queue);
  queue.wake(Waiters::all);
  EXPECT_EQ(said, "ac");
}

TEST_F(WaitQueueTest, RequeueMovesToTheEndWithoutWaking) {
  WaitQueue queue(label);
  WaitQueue other(label);
  other.add(c);
  queue.add(a);
  queue.add(b);
  queue.requeue(Waiters::one, other);
  EXPECT_EQ(said, "");
  queue.wake(Waiters::all);
  EXPECT_EQ(said, "b");
  other.wake(Waiters::all);
  EXPECT_EQ(said, "bca");
}

TEST_F(WaitQueueTest, RequeueOfAllEmptiesTheQueue) {
  WaitQueue queue(label);
  WaitQueue other(label);
  add_all(queue);
  queue.requeue(Waiters::all, other);
  EXPECT_TRUE(queue.empty());
  queue.requeue(Waiters::one, other);
  other.wake(Waiters::all);
  EXPECT_EQ(said, "abc");
}

TEST_F(WaitQueueTest, EndOfAQueueThatSomebodySleepsOnIsOurBug) {
  EXPECT_DEATH(
      {
        WaitQueue queue(label);
        queue.add(a);
      },
      "whoever sleeps keeps what it sleeps on");
}

}  // namespace signalbox::wait_queue_test
