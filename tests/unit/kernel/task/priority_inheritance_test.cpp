// The rules of Linux's kernel/locking/rtmutex.c and, for what is inherited, kernel/sched/core.c, rt_mutex_setprio.
#include "kernel/task/priority_inheritance.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "tests/support/attributes.hpp"

namespace signalbox::priority_inheritance_test {

SchedAttributes fifo(std::uint8_t priority) { return realtime(SchedClass::fifo, priority); }

class PriorityInheritanceTest : public ::testing::Test, public ThreadHost, public InheritanceHost {
 public:
  void run(Thread&) override {}
  void wake(Thread& thread, WakeReason why) override {
    EXPECT_EQ(why, WakeReason::woken);
    woken_.push_back(&thread);
  }
  void set_effective(Thread& thread, const SchedAttributes& effective) override {
    thread.entity.attributes = effective;
    ++changes_;
  }
  Instant deadline_of(const Thread& thread) const override {
    const auto found = deadlines_.find(thread.tid);
    return found == deadlines_.end() ? Instant::max() : found->second;
  }

 protected:
  Thread& thread(const SchedAttributes& attributes = {}) {
    Thread& made = **table_.create_thread(process_, *this);
    made.entity.attributes = made.normal = attributes;
    return made;
  }
  InheritingLock& lock_of(const Thread& owner) {
    InheritingLock& lock = locks_.emplace_back();
    lock.owner = owner.tid;
    return lock;
  }
  static int priority(const Thread& thread) { return thread.entity.attributes.realtime_priority; }

  ProcessTable table_;
  Process& process_ = **table_.create_process(nullptr);
  std::map<Tid, Instant> deadlines_;
  std::deque<InheritingLock> locks_;
  std::vector<Thread*> woken_;
  int changes_ = 0;
  PriorityInheritance inheritance_{table_, *this};
};

TEST_F(PriorityInheritanceTest, OwnerHasTheTopWaitersPriorityUntilItLetsGo) {
  Thread& owner = thread();
  Thread& middle = thread(fifo(20));
  Thread& high = thread(fifo(30));
  InheritingLock& lock = lock_of(owner);
  EXPECT_EQ(inheritance_.wait(lock, middle), 0);
  EXPECT_EQ(priority(owner), 20);
  EXPECT_EQ(inheritance_.wait(lock, high), 0);
  EXPECT_EQ(priority(owner), 30);
  EXPECT_EQ(owner.entity.attributes.sched_class, SchedClass::fifo);
  EXPECT_TRUE(owner.entity.attributes.is_boosted);
  EXPECT_EQ(owner.normal, SchedAttributes());

  inheritance_.hand_over(lock);
  EXPECT_EQ(owner.entity.attributes, owner.normal);
  EXPECT_EQ(lock.owner, high.tid);
  EXPECT_EQ(woken_, (std::vector<Thread*>{&high}));
  EXPECT_FALSE(owner.inherits) << "nobody waits for it, and it waits for nobody";
  EXPECT_TRUE(high.inherits) << "the middle one waits for it now";
  EXPECT_EQ(high.entity.attributes, high.normal) << "but is less urgent";
  inheritance_.hand_over(lock);
  EXPECT_EQ(lock.owner, middle.tid);
  EXPECT_FALSE(high.inherits || middle.inherits);
}

TEST_F(PriorityInheritanceTest, LessUrgentWaiterGivesNothing) {
  Thread& owner = thread(fifo(40));
  EXPECT_EQ(inheritance_.wait(lock_of(owner), thread(fifo(30))), 0);
  EXPECT_EQ(changes_, 0);
}

TEST_F(PriorityInheritanceTest, FairThreadsAreEqualAndGiveNothing) {
  Thread& owner = thread();
  owner.normal.nice = owner.entity.attributes.nice = 19;
  SchedAttributes most;
  most.nice = -20;
  Thread& first = thread();
  InheritingLock& lock = lock_of(owner);
  EXPECT_EQ(inheritance_.wait(lock, first), 0);
  EXPECT_EQ(inheritance_.wait(lock, thread(most)), 0);
  EXPECT_EQ(changes_, 0);
  EXPECT_EQ(lock.top().thread, &first);
}

TEST_F(PriorityInheritanceTest, RoundRobinOwnerGoesOnTakingTurns) {
  SchedAttributes turns = fifo(5);
  turns.sched_class = SchedClass::round_robin;
  Thread& owner = thread(turns);
  EXPECT_EQ(inheritance_.wait(lock_of(owner), thread(fifo(30))), 0);
  EXPECT_EQ(owner.entity.attributes.sched_class, SchedClass::round_robin);
  EXPECT_EQ(priority(owner), 30);
}

TEST_F(PriorityInheritanceTest, ChainOfThreeIsBoostedToItsEnd) {
  Thread& last = thread(fifo(1));
  Thread& middle = thread(fifo(2));
  Thread& high = thread(fifo(50));
  InheritingLock& inner = lock_of(last);
  InheritingLock& outer = lock_of(middle);
  EXPECT_EQ(inheritance_.wait(inner, middle), 0);
  EXPECT_EQ(priority(last), 2);
  EXPECT_EQ(inheritance_.wait(outer, high), 0);
  EXPECT_EQ(priority(middle), 50);
  EXPECT_EQ(priority(last), 50);
  EXPECT_EQ(inner.top().urgency.rank, 49);

  inheritance_.hand_over(inner);
  EXPECT_EQ(priority(last), 1);
  EXPECT_EQ(priority(middle), 50) << "high still waits for it";
  inheritance_.hand_over(outer);
  EXPECT_EQ(priority(middle), 2);
  EXPECT_FALSE(last.inherits || middle.inherits || high.inherits);
}

TEST_F(PriorityInheritanceTest, OwnerOfTwoLocksHasTheMoreUrgentOfBothTops) {
  Thread& owner = thread();
  InheritingLock& one = lock_of(owner);
  InheritingLock& two = lock_of(owner);
  EXPECT_EQ(inheritance_.wait(one, thread(fifo(10))), 0);
  EXPECT_EQ(inheritance_.wait(two, thread(fifo(20))), 0);
  EXPECT_EQ(priority(owner), 20);
  inheritance_.hand_over(two);
  EXPECT_EQ(priority(owner), 10);
}

TEST_F(PriorityInheritanceTest, WaiterThatGivesUpTakesItsPriorityBack) {
  Thread& last = thread();
  Thread& middle = thread();
  Thread& high = thread(fifo(50));
  InheritingLock& inner = lock_of(last);
  InheritingLock& outer = lock_of(middle);
  EXPECT_EQ(inheritance_.wait(inner, middle), 0);
  EXPECT_EQ(inheritance_.wait(outer, high), 0);
  EXPECT_EQ(priority(last), 50);
  inheritance_.stop_waiting(high);
  EXPECT_EQ(last.entity.attributes, last.normal);
  EXPECT_EQ(middle.entity.attributes, middle.normal);
  EXPECT_FALSE(outer.has_waiters());
  EXPECT_FALSE(high.inherits);
  inheritance_.stop_waiting(high);
  EXPECT_TRUE(woken_.empty()) << "a second time changes nothing";
}

TEST_F(PriorityInheritanceTest, WaitersNewPriorityReachesTheOwner) {
  Thread& owner = thread();
  Thread& first = thread(fifo(10));
  Thread& second = thread(fifo(20));
  InheritingLock& lock = lock_of(owner);
  EXPECT_EQ(inheritance_.wait(lock, first), 0);
  EXPECT_EQ(inheritance_.wait(lock, second), 0);
  inheritance_.set_normal(first, fifo(40));
  EXPECT_EQ(priority(owner), 40);
  EXPECT_EQ(lock.top().thread, &first);
  inheritance_.set_normal(first, {});
  EXPECT_EQ(priority(owner), 20);
  EXPECT_EQ(lock.top().thread, &second);
}

TEST_F(PriorityInheritanceTest, OwnersOwnChangeShowsWhenItIsMoreUrgent) {
  Thread& owner = thread();
  InheritingLock& lock = lock_of(owner);
  EXPECT_EQ(inheritance_.wait(lock, thread(fifo(20))), 0);
  inheritance_.set_normal(owner, fifo(10));
  EXPECT_EQ(priority(owner), 20);
  inheritance_.set_normal(owner, fifo(30));
  EXPECT_EQ(owner.entity.attributes, fifo(30));
  inheritance_.hand_over(lock);
  EXPECT_EQ(owner.entity.attributes, fifo(30));
}

TEST_F(PriorityInheritanceTest, ReservationIsInheritedWhole) {
  Thread& owner = thread(fifo(99));
  Thread& waiter = thread(reservation(2_ms, 10_ms));
  deadlines_[waiter.tid] = Instant() + 10_ms;
  EXPECT_EQ(inheritance_.wait(lock_of(owner), waiter), 0);
  SchedAttributes expected = waiter.normal;
  expected.is_boosted = true;
  EXPECT_EQ(owner.entity.attributes, expected);
}

TEST_F(PriorityInheritanceTest, DeadlineOwnerInheritsFromEarlierDeadlinesOnly) {
  Thread& owner = thread(reservation(2_ms, 20_ms));
  Thread& later = thread(reservation(1_ms, 30_ms));
  Thread& earlier = thread(reservation(1_ms, 10_ms));
  deadlines_ = {{owner.tid, Instant() + 20_ms}, {later.tid, Instant() + 30_ms}, {earlier.tid, Instant() + 10_ms}};
  InheritingLock& lock = lock_of(owner);
  EXPECT_EQ(inheritance_.wait(lock, later), 0);
  EXPECT_EQ(owner.entity.attributes, owner.normal);
  EXPECT_EQ(inheritance_.wait(lock, earlier), 0);
  EXPECT_EQ(owner.entity.attributes.period, 10_ms);
  EXPECT_EQ(lock.top().thread, &earlier);
}

TEST_F(PriorityInheritanceTest, CircleIsEdeadlkAndChangesNothing) {
  Thread& a = thread(fifo(1));
  Thread& b = thread(fifo(2));
  Thread& c = thread(fifo(3));
  InheritingLock& of_a = lock_of(a);
  EXPECT_EQ(inheritance_.wait(of_a, a).error(), Errno::edeadlk) << "a circle of one";
  EXPECT_EQ(inheritance_.wait(of_a, b), 0);
  EXPECT_EQ(inheritance_.wait(lock_of(b), c), 0);
  const int changes = changes_;
  EXPECT_EQ(inheritance_.wait(lock_of(c), a).error(), Errno::edeadlk);
  EXPECT_EQ(changes_, changes);
  EXPECT_FALSE(locks_.back().has_waiters());
}

TEST_F(PriorityInheritanceTest, ChainOf1024OwnersIsTheLongest) {
  std::vector<Thread*> threads{&thread()};
  for (unsigned link = 1; link < PriorityInheritance::longest_chain; ++link) {
    Thread& next = thread();
    ASSERT_EQ(inheritance_.wait(lock_of(*threads.back()), next), 0);
    threads.push_back(&next);
  }
  Thread& high = thread(fifo(7));
  ASSERT_EQ(inheritance_.wait(lock_of(*threads.back()), high), 0);
  EXPECT_EQ(priority(*threads.front()), 7);
  EXPECT_EQ(inheritance_.wait(lock_of(high), thread()).error(), Errno::edeadlk);
}

TEST_F(PriorityInheritanceTest, WhoEndsPassesOnWhatOthersWaitFor) {
  Thread& owner = thread();
  Thread& waiter = thread(fifo(3));
  InheritingLock& awaited = lock_of(waiter);
  InheritingLock& lock = lock_of(owner);
  EXPECT_EQ(inheritance_.wait(lock, waiter), 0);
  EXPECT_EQ(inheritance_.wait(awaited, thread(fifo(9))), 0);
  owner.state = ThreadState::exited;
  inheritance_.thread_ended(owner);
  EXPECT_EQ(lock.owner, waiter.tid);
  EXPECT_EQ(priority(waiter), 9);
  EXPECT_EQ(woken_, (std::vector<Thread*>{&waiter}));
}

TEST_F(PriorityInheritanceTest, LockOfOneThatHasEndedIsNeverHandedOver) {
  Thread& owner = thread();
  InheritingLock& lock = lock_of(owner);
  owner.state = ThreadState::exited;
  Thread& waiter = thread(fifo(3));
  EXPECT_EQ(inheritance_.wait(lock, waiter), 0);
  EXPECT_EQ(changes_, 0);
  inheritance_.stop_waiting(waiter);
  EXPECT_FALSE(lock.has_waiters() || waiter.inherits);
}

}  // namespace signalbox::priority_inheritance_test
