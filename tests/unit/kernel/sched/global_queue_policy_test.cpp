#include "kernel/sched/global_queue_policy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>
#include <vector>

#include "kernel/sched/shared_fifo.hpp"

namespace signalbox::global_queue_policy_test {

// A machine of which the test says what runs where.
class StageView final : public SchedulerView {
 public:
  explicit StageView(unsigned cpus) : topology_(Topology::uniform(cpus)), affinities_(cpus), running_(cpus) {}

  const Topology& topology() const override { return topology_; }
  const AffinityTable& affinities() const override { return affinities_; }
  const Entity* running(CpuId cpu) const override { return running_[cpu.value()]; }
  void kick(CpuId cpu, Kick kick) override { kicks.emplace_back(cpu, kick); }
  const Entity* waker() const override { return nullptr; }
  void set_timer(Instant, std::uint64_t) override {}

  AffinityId only(std::uint16_t cpu) {
    CpuMask mask;
    mask.set(CpuId(cpu));
    return affinities_.intern(mask);
  }
  void put(std::uint16_t cpu, Entity& entity) {
    running_[cpu] = &entity;
    entity.cpu = CpuId(cpu);
  }

  std::vector<std::pair<CpuId, Kick>> kicks;

 private:
  Topology topology_;
  AffinityTable affinities_;
  std::vector<const Entity*> running_;
};

// The higher the weight, the sooner; first come, first served among what waits.
class ByWeight final : public GlobalQueuePolicy {
 public:
  ByWeight(SchedulerView& view, OnReady on_ready)
      : GlobalQueuePolicy(view, on_ready), ready_(view.affinities(), cpu_range()) {}
  static OnReady preempting() { return OnReady::may_preempt; }
  static OnReady waiting() { return OnReady::waits; }

  void join(Entity&, Instant) override {}
  void leave(Entity&, Instant) override {}
  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override {
    ready_.push_back(entity);
    note_queued(cpu, entity, why, now);
  }
  void dequeue(Entity& entity, Instant) override {
    ready_.remove(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override { return note_picked(cpu, ready_.pop_front(cpu), now); }
  void account(CpuId, Entity&, Duration, Instant) override {}
  void blocked(CpuId, Entity&, Instant) override {}
  Verdict decide(CpuId, Entity&, Instant) override { return Verdict::keep; }
  Instant next_decision(CpuId, const Entity&, Instant) const override { return Instant::max(); }

 private:
  const Entity* first_ready(CpuId cpu, Instant) const override { return ready_.front(cpu); }
  bool displaces(const Entity& ready, const Entity& running, Instant) const override {
    return ready.weight > running.weight;
  }
  bool yields_before(const Entity& a, const Entity& b, Instant) const override { return a.weight < b.weight; }

  SharedFifo ready_;
};

class GlobalQueuePolicyTest : public ::testing::Test {
 protected:
  GlobalQueuePolicyTest() : view_(3), policy_(view_, ByWeight::preempting()) {
    for (std::size_t i = 0; i < entities_.size(); ++i) {
      entities_[i].id = Tid(static_cast<Tid::Value>(i + 1));
      entities_[i].weight = 10;
    }
  }

  // Wakes an entity and lets the chosen CPU pick, if it idles.
  CpuId wake(Entity& entity) {
    const CpuId cpu = policy_.select_cpu(entity, now_);
    policy_.enqueue(cpu, entity, EnqueueReason::woken, now_);
    if (view_.running(cpu) == nullptr) view_.put(cpu.value(), *policy_.pick_next(cpu, now_));
    return cpu;
  }
  void occupy_all() {
    for (std::size_t i = 0; i < 3; ++i) wake(entities_[i]);
  }

  StageView view_;
  ByWeight policy_;
  std::array<Entity, 6> entities_;
  Instant now_;
};

TEST_F(GlobalQueuePolicyTest, LastCpuIsPreferredIfItIdles) {
  entities_[0].cpu = CpuId(2);
  EXPECT_EQ(wake(entities_[0]), CpuId(2));
  entities_[1].cpu = CpuId(2);
  EXPECT_EQ(wake(entities_[1]), CpuId(0));
}

TEST_F(GlobalQueuePolicyTest, TwoThatWakeAtOnceClaimDifferentCpus) {
  const CpuId first = policy_.select_cpu(entities_[0], now_);
  policy_.enqueue(first, entities_[0], EnqueueReason::woken, now_);
  const CpuId second = policy_.select_cpu(entities_[1], now_);
  EXPECT_NE(first, second);
}

TEST_F(GlobalQueuePolicyTest, IdleCpuMustBeAllowed) {
  entities_[0].affinity = view_.only(1);
  EXPECT_EQ(wake(entities_[0]), CpuId(1));
  entities_[1].affinity = view_.only(1);
  EXPECT_EQ(policy_.select_cpu(entities_[1], now_), CpuId(1));
}

TEST_F(GlobalQueuePolicyTest, WithoutIdleCpuTheLeastOneIsDisplaced) {
  entities_[1].weight = 5;
  occupy_all();
  entities_[3].weight = 20;
  EXPECT_EQ(wake(entities_[3]), CpuId(1));
  EXPECT_TRUE(policy_.should_preempt(CpuId(1), entities_[1], now_));
}

TEST_F(GlobalQueuePolicyTest, WhoDisplacesNobodyGoesToItsLastCpu) {
  occupy_all();
  entities_[3].cpu = CpuId(2);
  EXPECT_EQ(wake(entities_[3]), CpuId(2));
  EXPECT_FALSE(policy_.should_preempt(CpuId(2), entities_[2], now_));
}

TEST_F(GlobalQueuePolicyTest, PreemptedOneIsOfferedToAnIdleCpu) {
  entities_[0].affinity = view_.only(0);
  wake(entities_[0]);
  policy_.enqueue(CpuId(0), entities_[1], EnqueueReason::preempted, now_);
  ASSERT_EQ(view_.kicks.size(), 1U);
  EXPECT_EQ(view_.kicks[0], std::pair(CpuId(1), Kick::idle));
}

TEST_F(GlobalQueuePolicyTest, PreemptedOnePushesALesserOneAwayWhereMasksDiffer) {
  view_.only(0);
  entities_[2].weight = 5;
  occupy_all();
  policy_.enqueue(CpuId(0), entities_[4], EnqueueReason::preempted, now_);
  ASSERT_EQ(view_.kicks.size(), 1U);
  EXPECT_EQ(view_.kicks[0], std::pair(CpuId(2), Kick::preempt));
}

TEST_F(GlobalQueuePolicyTest, ChangedOneTakesTheCpuOfALesserOne) {
  entities_[1].weight = 5;
  occupy_all();
  policy_.enqueue(CpuId(0), entities_[4], EnqueueReason::changed, now_);
  ASSERT_EQ(view_.kicks.size(), 1U);
  EXPECT_EQ(view_.kicks[0], std::pair(CpuId(1), Kick::preempt));
}

TEST_F(GlobalQueuePolicyTest, LoweredRunningOneGivesWay) {
  occupy_all();
  wake(entities_[3]);
  entities_[0].weight = 1;
  policy_.attributes_changed(entities_[0], now_);
  ASSERT_EQ(view_.kicks.size(), 1U);
  EXPECT_EQ(view_.kicks[0], std::pair(CpuId(0), Kick::preempt));
}

// Two wake at one instant and claim CPUs 0 and 1; a third is allowed on 1 only, and CPU 1 takes it.
TEST_F(GlobalQueuePolicyTest, ClaimantLeftBehindIsOfferedToAnotherIdleCpu) {
  entities_[2].affinity = view_.only(1);
  policy_.enqueue(CpuId(1), entities_[2], EnqueueReason::woken, now_);
  policy_.enqueue(CpuId(1), entities_[1], EnqueueReason::woken, now_);
  EXPECT_EQ(policy_.pick_next(CpuId(1), now_), &entities_[2]);
  ASSERT_EQ(view_.kicks.size(), 2U);
  EXPECT_EQ(view_.kicks[0], std::pair(CpuId(0), Kick::idle));
}

TEST(GlobalQueuePolicyWaiting, NeverPreempts) {
  StageView view(1);
  ByWeight policy(view, ByWeight::waiting());
  std::array<Entity, 2> entities;
  entities[1].weight = 5000;
  view.put(0, entities[0]);
  policy.enqueue(CpuId(), entities[1], EnqueueReason::woken, Instant());
  EXPECT_FALSE(policy.should_preempt(CpuId(), entities[0], Instant()));
}

}  // namespace signalbox::global_queue_policy_test
