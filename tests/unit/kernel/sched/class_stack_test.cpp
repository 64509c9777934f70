#include "kernel/sched/class_stack.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/support/fifo_policy.hpp"

namespace signalbox::class_stack_test {

// Remembers who joined and left, how often it was asked for somebody, and its last timer.
class Fifo final : public FifoPolicy {
 public:
  explicit Fifo(SchedulerView& view) : view_(view) {}

  void join(Entity&, Instant) override { ++members; }
  void leave(Entity&, Instant) override { --members; }
  void timer(std::uint64_t cookie, Instant) override { last_cookie = cookie; }
  Entity* pick_next(CpuId cpu, Instant now) override {
    ++picks;
    return FifoPolicy::pick_next(cpu, now);
  }

  const Entity* sees() const { return view_.running(CpuId(0)); }
  void release() { view_.note_released(Instant()); }
  void arm(std::uint64_t cookie) { view_.set_timer(Instant() + 1_ms, cookie); }
  int members = 0;
  int picks = 0;
  std::uint64_t last_cookie = 0;

 private:
  SchedulerView& view_;
};

class Stage final : public SchedulerView {
 public:
  const Topology& topology() const override { return topology_; }
  const AffinityTable& affinities() const override { return affinities_; }
  const Entity* running(CpuId) const override { return on_cpu; }
  const Entity* waker() const override { return nullptr; }
  void kick(CpuId, Kick) override { ++kicks; }
  void set_timer(Instant, std::uint64_t cookie) override { cookies.push_back(cookie); }

  const Entity* on_cpu = nullptr;
  int kicks = 0;
  std::vector<std::uint64_t> cookies;

 private:
  Topology topology_ = Topology::uniform(1);
  AffinityTable affinities_{1};
};

class ClassStackTest : public ::testing::Test {
 protected:
  ClassStackTest()
      : stack_(
            stage_,
            [this](std::size_t index, SchedulerView& view) {
              auto made = std::make_unique<Fifo>(view);
              classes_[index] = made.get();
              return made;
            },
            ClassStack::UseFairServer::yes) {
    urgent_.attributes.sched_class = SchedClass::fifo;
    urgent_.attributes.realtime_priority = 1;
    for (Entity* const entity : {&urgent_, &fair_}) stack_.join(*entity, Instant());
  }
  void enqueue(Entity& entity) { stack_.enqueue(CpuId(0), entity, EnqueueReason::woken, Instant()); }

  Stage stage_;
  std::array<Fifo*, ClassStack::class_count> classes_{};
  Entity urgent_;
  Entity fair_;
  ClassStack stack_;
};

TEST_F(ClassStackTest, EveryThreadIsInItsClassAndTheBetterClassIsPickedFirst) {
  EXPECT_EQ(classes_[1]->members, 1);
  EXPECT_EQ(classes_[2]->members, 1);
  enqueue(fair_);
  enqueue(urgent_);
  EXPECT_EQ(stack_.peek(CpuId(0), 0), &urgent_);
  EXPECT_EQ(stack_.pick_next(CpuId(0), Instant()), &urgent_);
  EXPECT_EQ(stack_.pick_next(CpuId(0), Instant()), &fair_);
}

TEST_F(ClassStackTest, ABetterClassPreempts) {
  stage_.on_cpu = &fair_;
  EXPECT_FALSE(stack_.should_preempt(CpuId(0), fair_, Instant()));
  enqueue(urgent_);
  EXPECT_TRUE(stack_.should_preempt(CpuId(0), fair_, Instant()));
  EXPECT_EQ(stack_.decide(CpuId(0), fair_, Instant()), Verdict::preempt);
}

TEST_F(ClassStackTest, AClassSeesItsOwnThreadsOnly) {
  stage_.on_cpu = &urgent_;
  EXPECT_EQ(classes_[1]->sees(), &urgent_);
  EXPECT_EQ(classes_[2]->sees(), nullptr);
}

TEST_F(ClassStackTest, AQueuedThreadChangesClassWhenItIsQueuedAnew) {
  enqueue(fair_);
  stack_.dequeue(fair_, Instant());
  fair_.attributes = urgent_.attributes;
  stack_.enqueue(CpuId(0), fair_, EnqueueReason::changed, Instant());
  EXPECT_EQ(classes_[1]->members, 2);
  EXPECT_EQ(classes_[2]->members, 0);
}

TEST_F(ClassStackTest, ARunningThreadThatChangesClassIsPutBack) {
  stage_.on_cpu = &fair_;
  fair_.attributes = urgent_.attributes;
  stack_.attributes_changed(fair_, Instant());
  EXPECT_EQ(stage_.kicks, 1);
  EXPECT_EQ(classes_[2]->members, 1);
}

TEST_F(ClassStackTest, TimersReachTheirClass) {
  classes_[1]->arm(99);
  stack_.timer(stage_.cookies.back(), Instant());
  EXPECT_EQ(classes_[1]->last_cookie, 99U);
  EXPECT_EQ(classes_[0]->last_cookie, 0U);
}

TEST_F(ClassStackTest, AClassThatHasNobodyIsAskedAgainWhenSomebodyComesOrItsTimerDoes) {
  for (int times = 0; times < 3; ++times) EXPECT_EQ(stack_.pick_next(CpuId(0), Instant()), nullptr);
  EXPECT_EQ(classes_[0]->picks, 1);
  EXPECT_EQ(classes_[1]->picks, 1);
  EXPECT_EQ(classes_[2]->picks, 3) << "groups may fill this one by themselves";
  enqueue(urgent_);
  EXPECT_EQ(stack_.peek(CpuId(0), 0), &urgent_);
  EXPECT_EQ(stack_.pick_next(CpuId(0), Instant()), &urgent_);
  EXPECT_EQ(classes_[0]->picks, 1);
  classes_[0]->arm(1);
  stack_.timer(stage_.cookies.front(), Instant() + 1_ms);
  EXPECT_EQ(stack_.pick_next(CpuId(0), Instant() + 1_ms), nullptr);
  EXPECT_EQ(classes_[0]->picks, 2) << "a budget may have been renewed";
}

TEST_F(ClassStackTest, TheFairServerWatchesWhomItsClassReleases) {
  stage_.on_cpu = &urgent_;
  classes_[2]->enqueue(CpuId(0), fair_, EnqueueReason::woken, Instant());
  EXPECT_TRUE(stage_.cookies.empty());
  classes_[2]->release();
  ASSERT_EQ(stage_.cookies.size(), 1U);
  stack_.timer(stage_.cookies.back(), Instant() + 950_ms);
  EXPECT_EQ(stage_.kicks, 1);
  EXPECT_TRUE(stack_.should_preempt(CpuId(0), urgent_, Instant() + 950_ms));
}

TEST_F(ClassStackTest, TheFairServerSleepsWhenTheLastFairThreadLeavesItsQueue) {
  stage_.on_cpu = &urgent_;
  enqueue(fair_);
  stack_.dequeue(fair_, Instant() + 900_ms);
  stack_.timer(stage_.cookies.back(), Instant() + 950_ms);
  EXPECT_EQ(stage_.kicks, 0);
  EXPECT_EQ(stage_.cookies.size(), 1U) << "a timer that nobody needs would keep the run going";
}

}  // namespace signalbox::class_stack_test
