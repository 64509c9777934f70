#include "tests/bench/policy_rows.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <vector>

#include "kernel/sched/nice.hpp"
#include "tests/bench/host.hpp"

namespace signalbox {
namespace {

constexpr CpuId cpu;

// One CPU and who runs there. A kick needs no answer, as the CPU never idles, nor a timer: what runs never uses
// up a reservation.
class OneCpu final : public SchedulerView {
 public:
  const Topology& topology() const override { return topology_; }
  const AffinityTable& affinities() const override { return affinities_; }
  const Entity* running(CpuId) const override { return running_; }
  void kick(CpuId, Kick) override {}
  const Entity* waker() const override { return nullptr; }
  void set_timer(Instant, std::uint64_t) override {}
  void run(const Entity* entity) { running_ = entity; }

 private:
  Topology topology_ = Topology::uniform(1);
  AffinityTable affinities_{1};
  const Entity* running_ = nullptr;
};

class PolicyLoop {
 public:
  PolicyLoop(const PolicyRow& row, unsigned ready, unsigned all) : entities_(all) {
    const auto choice = std::get<PolicyChoice>(parse_policy(row.name));
    policy_ = row.make(choice.options, view_, Prng(1));
    for (Duration& burst : bursts_) burst = 1_us * std::uniform_int_distribution(10, 1000)(random_);
    for (Entity& entity : entities_) {
      prepare(entity, waiting_.size());
      policy_->join(entity, now_);
      waiting_.push_back(&entity);
    }
    std::ranges::shuffle(waiting_, random_);
    for (unsigned i = 0; i <= ready; ++i) wake(EnqueueReason::created);
    pick();
  }

  void run(unsigned steps) {
    for (unsigned step = 0; step < steps; ++step) stretch();
  }

 private:
  void prepare(Entity& entity, std::size_t index) {
    entity.id = Tid(static_cast<Tid::Value>(index + 1));
    entity.process = Pid(static_cast<Pid::Value>(index / 4 + 1));
    entity.attributes.nice = static_cast<std::int8_t>(std::uniform_int_distribution(-5, 5)(random_));
    entity.attributes.period = 1_ms * std::uniform_int_distribution(1, 1000)(random_);
    entity.weight = nice_weight(entity.attributes.nice);
  }

  // Whoever runs computes its burst and waits; somebody wakes as soon as the next one runs.
  void stretch() {
    Entity& last = *running_;
    now_ += last.expected_burst;
    policy_->account(cpu, last, last.expected_burst, now_);
    policy_->blocked(cpu, last, now_);
    pick();
    waiting_.push_back(&last);
    wake(EnqueueReason::woken);
    policy_->account(cpu, *running_, Duration(), now_);
    if (!policy_->should_preempt(cpu, *running_, now_)) return;
    policy_->enqueue(cpu, *running_, EnqueueReason::preempted, now_);
    pick();
  }
  void wake(EnqueueReason why) {
    Entity* const entity = waiting_.front();
    waiting_.pop_front();
    entity->expected_burst = bursts_[drawn_++ % bursts_.size()];
    policy_->enqueue(policy_->select_cpu(*entity, now_), *entity, why, now_);
  }
  void pick() {
    running_ = policy_->pick_next(cpu, now_);
    running_->cpu = cpu;
    view_.run(running_);
  }

  std::mt19937 random_{1};
  std::vector<Duration> bursts_ = std::vector<Duration>(1U << 16U);
  std::size_t drawn_ = 0;
  OneCpu view_;
  std::vector<Entity> entities_;
  std::deque<Entity*> waiting_;     // who wakes next first: in random order, so that it lies anywhere in memory
  std::unique_ptr<Policy> policy_;  // goes before what is queued in it
  Entity* running_ = nullptr;
  Instant now_;
};

}  // namespace

double policy_cost(const PolicyRow& row, unsigned ready) {
  constexpr unsigned steps = 400'000;
  PolicyLoop loop(row, ready, most_ready + 1);
  loop.run(2 * most_ready);
  const double begun = cpu_time();
  loop.run(steps);
  return (cpu_time() - begun) / steps;
}

}  // namespace signalbox
