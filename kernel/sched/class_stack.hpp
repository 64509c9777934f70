#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>

#include "kernel/sched/fair_server.hpp"
#include "kernel/sched/policy.hpp"

namespace signalbox {

// Linux's scheduling classes as one policy of several: deadline before real-time before fair (kernel/sched/sched.h,
// for_each_class). Every thread is in the class its attributes name, and a class sees only its own threads. The stop
// class has no threads here, and idle CPUs need no idle class. While the fair server serves, fair threads come before
// real-time ones, and among deadline threads by its deadline. It is one for all CPUs that share these run queues.
class ClassStack final : public Policy {
 public:
  static constexpr std::size_t class_count = 3;
  using MakeClass = std::function<std::unique_ptr<Policy>(std::size_t index, SchedulerView& view)>;
  enum class UseFairServer : bool { no, yes };

  ClassStack(SchedulerView& view, const MakeClass& make, UseFairServer fair_server);

  void join(Entity& entity, Instant now) override;
  void leave(Entity& entity, Instant now) override;
  CpuId select_cpu(const Entity& entity, Instant now) override;
  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant now) override;
  Entity* pick_next(CpuId cpu, Instant now) override;
  void account(CpuId cpu, Entity& entity, Duration ran, Instant now) override;
  void blocked(CpuId cpu, Entity& entity, Instant now) override;
  bool should_preempt(CpuId cpu, const Entity& running, Instant now) const override;
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;
  Duration slice_of(const Entity& entity) const override;
  void attributes_changed(Entity& entity, Instant now) override;
  Instant deadline_of(const Entity& entity) const override { return class_of(entity).deadline_of(entity); }
  void timer(std::uint64_t cookie, Instant now) override;
  void cpu_changed(CpuId cpu, Instant now) override;
  void detach(Entity& entity, Instant now) override;
  void attach(Entity& entity, Instant now) override;
  const Entity* peek(CpuId cpu, std::size_t k) const override;
  bool is_delayed(const Entity& entity) const override { return class_of(entity).is_delayed(entity); }
  bool is_held_back(const Entity& entity) const override { return class_of(entity).is_held_back(entity); }

 private:
  // What one class sees: CPUs that run somebody of another class run nobody.
  class View final : public SchedulerView {
   public:
    View(ClassStack& stack, std::size_t index) : stack_(stack), view_(stack.view_), index_(index) {}

    const Topology& topology() const override { return view_.topology(); }
    const AffinityTable& affinities() const override { return view_.affinities(); }
    const Entity* running(CpuId cpu) const override;
    bool is_taken(CpuId cpu) const override { return view_.running(cpu) != running(cpu); }
    bool shares_cpus() const override { return !stack_.is_of_one_cpu_; }
    const Entity* waker() const override { return view_.waker(); }
    void kick(CpuId cpu, Kick kick) override { view_.kick(cpu, kick); }
    CpuMask cpus() const override { return view_.cpus(); }
    TaskGroups* groups() override { return view_.groups(); }
    void set_timer(Instant when, std::uint64_t cookie) override;
    void note_released(Instant now) override { stack_.note_released(now); }

   private:
    ClassStack& stack_;
    SchedulerView& view_;
    std::size_t index_;
  };

  Policy& class_of(const Entity& entity) { return *classes_[entity.class_index]; }
  const Policy& class_of(const Entity& entity) const { return *classes_[entity.class_index]; }
  void change_class(Entity& entity, Instant now);
  bool has_ready(CpuId cpu, std::size_t index) const {
    return !is_known_empty_[index] && classes_[index]->peek(cpu, 0) != nullptr;
  }
  Entity* pick_from(std::size_t index, CpuId cpu, Instant now);
  void offer_elsewhere(CpuId cpu, const Entity& picked);
  // Whether somebody of another class than `running` should run on `cpu` instead.
  bool has_better(CpuId cpu, const Entity& running) const;

  // The fair server.
  bool serves_fair(CpuId cpu) const;
  bool has_earlier_deadline(CpuId cpu) const;
  bool is_fair_starved(CpuId cpu) const;
  bool has_fair() const;
  void note_picked(CpuId cpu, const Entity* picked, Instant now);
  void note_busy(Instant now);
  void note_released(Instant now);
  void start_server(Instant now);
  void watch_fair(CpuId cpu, Instant now);
  void serve_now();
  void set_server_timer(Instant now);
  void stop_server_if_idle();

  SchedulerView& view_;
  std::array<std::optional<View>, class_count> views_;
  std::array<std::unique_ptr<Policy>, class_count> classes_;
  const CpuMask cpus_;
  const CpuRange range_;
  bool is_of_one_cpu_;
  // Deadline and real-time: the one CPU found nobody, and nobody has been queued since. Most CPUs never have such a
  // thread, and the host's caches do not hold what a thousand CPUs ask in vain.
  std::array<bool, class_count> is_known_empty_{};
  bool has_fair_server_;
  bool is_watching_ = false;  // the fair server's timer is set
  FairServer server_;
  Instant idle_since_ = Instant::max();  // the one CPU of these queues
};

}  // namespace signalbox
