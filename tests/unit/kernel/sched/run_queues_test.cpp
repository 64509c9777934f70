#include "kernel/sched/run_queues.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/support/empty_stage.hpp"
#include "tests/support/fifo_policy.hpp"

namespace signalbox::run_queues_test {

// Remembers what it was told.
class Recorder final : public FifoPolicy {
 public:
  explicit Recorder(std::vector<std::string>& told) : told_(told) {}

  void join(Entity&, Instant) override { told_.emplace_back("join"); }
  void leave(Entity&, Instant) override { told_.emplace_back("leave"); }
  void enqueue(CpuId, Entity&, EnqueueReason, Instant) override { told_.emplace_back("enqueue"); }
  void dequeue(Entity&, Instant) override { told_.emplace_back("dequeue"); }
  void detach(Entity&, Instant) override { told_.emplace_back("detach"); }
  void attach(Entity&, Instant) override { told_.emplace_back("attach"); }

 private:
  std::vector<std::string>& told_;
};

;

class RunQueuesTest : public ::testing::Test {
 protected:
  RunQueuesTest()
      : queues_(stage_, QueueScope::cpu, [this](SchedulerView& view, RunQueues::Index) {
          views_.push_back(&view);
          return std::make_unique<Recorder>(told_);
        }) {
    for (Entity& entity : entities_) entity.run_queue = RunQueues::unplaced;
  }

  EmptyStage stage_{4};
  std::vector<SchedulerView*> views_;
  std::vector<std::string> told_;
  std::array<Entity, 3> entities_;
  RunQueues queues_;
};

TEST_F(RunQueuesTest, AnEntityJoinsTheQueueItFirstEnters) {
  queues_.enter(CpuId(2), entities_[0], EnqueueReason::created, Instant());
  EXPECT_EQ(told_, (std::vector<std::string>{"join", "enqueue"}));
  EXPECT_EQ(entities_[0].run_queue, queues_.of(CpuId(2)));
  EXPECT_EQ(queues_.waiting(2), 1U);
  EXPECT_EQ(queues_.members(2), 1U);
  EXPECT_EQ(queues_.load(2), 1024U);
}

TEST_F(RunQueuesTest, MovingTellsBothQueues) {
  queues_.enter(CpuId(2), entities_[0], EnqueueReason::created, Instant());
  told_.clear();
  queues_.move(entities_[0], 1, Instant());
  EXPECT_EQ(told_, (std::vector<std::string>{"dequeue", "detach", "attach", "enqueue"}));
  EXPECT_EQ(queues_.waiting(2) + queues_.members(2) + queues_.load(2), 0U);
  EXPECT_EQ(queues_.waiting(1), 1U);
}

TEST_F(RunQueuesTest, WhoWasQueuedFirstIsFoundFirst) {
  for (Entity& entity : entities_) queues_.enter(CpuId(0), entity, EnqueueReason::created, Instant());
  EXPECT_EQ(queues_.find_waiting(0, 9, [](const Entity&) { return true; }), entities_.data());
  int looked_at = 0;
  EXPECT_EQ(queues_.find_waiting(0, 2, [&](const Entity&) { return ++looked_at > 2; }), nullptr);
  EXPECT_EQ(looked_at, 2);
}

TEST_F(RunQueuesTest, ACpuSomebodyIsQueuedForDoesNotIdle) {
  EXPECT_TRUE(queues_.idle().has(CpuId(3)));
  queues_.enter(CpuId(3), entities_[0], EnqueueReason::created, Instant());
  EXPECT_FALSE(queues_.idle().has(CpuId(3)));
}

TEST_F(RunQueuesTest, TimersFindTheirWayBack) {
  views_[2]->set_timer(Instant() + 1_ms, 77);
  queues_.set_timer(Instant() + 1_ms);
  ASSERT_EQ(stage_.cookies.size(), 2U);
  EXPECT_EQ(queues_.queue_of_timer(stage_.cookies[0]), 2);
  EXPECT_EQ(RunQueues::cookie_of_timer(stage_.cookies[0]), 77U);
  EXPECT_EQ(queues_.queue_of_timer(stage_.cookies[1]), queues_.count());
}

TEST_F(RunQueuesTest, AViewShowsItsOwnCpusOnly) {
  EXPECT_EQ(views_[1]->cpus().count(), 1U);
  EXPECT_TRUE(views_[1]->cpus().has(CpuId(1)));
}

}  // namespace signalbox::run_queues_test
