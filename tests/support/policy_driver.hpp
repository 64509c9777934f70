#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/sched/nice.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/policy.hpp"

namespace signalbox {

// Computes, then waits (or yields), then goes on with the next step; after the last it exits.
struct DriverStep {
  Duration run;
  Duration wait;
  bool yields = false;
};

struct DriverJob {
  std::string name;
  Instant arrival;
  std::vector<DriverStep> steps;
  SchedAttributes attributes = {};
  std::uint32_t weight = 0;         // 0: of its nice value
  std::vector<unsigned> cpus = {};  // empty: all
  std::string group = "/";
  Duration period = {};  // > 0: the one step is released again every period, for ever
  bool declares_bursts = true;
  Pid process = {};
  std::optional<std::size_t> waker = {};  // the number of the job that makes and wakes it, if that runs just then
};

// What became of a job.
struct DriverTask {
  enum class State : std::uint8_t { absent, ready, running, waiting, gone };

  DriverJob job;
  Entity entity;
  State state = State::absent;
  std::size_t step = 0;
  Duration left;  // of this step
  Instant ready_since;
  Instant release;
  std::optional<Instant> first_run;
  Instant finish = Instant::max();
  Duration ran;
  Duration waited;  // ready, not running
  Duration longest_wait;
  std::uint64_t misses = 0;  // of deadlines, by periodic jobs

  Duration turnaround() const { return finish - job.arrival; }
  Duration response() const { return *first_run - job.arrival; }
};

// A machine of N CPUs without costs that drives a Policy exactly as policy.hpp says, and notes where the policy breaks
// its word. At one instant arrivals and wakeups come first, then what CPUs finish, then decisions: the textbooks'
// order.
class PolicyDriver final : public SchedulerView {
 public:
  struct Options {
    unsigned cpus = 1;
    std::uint64_t seed = 1;
    bool picks_at_once = false;
    Duration tick = {};                 // > 0: every tick asks for a decision, and nothing else does
    std::vector<CpuPlace> places = {};  // given: instead of `cpus` equal ones
    std::vector<TaskGroupSpec> groups = {};
  };
  struct Slice {
    CpuId cpu;
    const DriverTask* task;
    Instant from;
    Instant to;
  };

  PolicyDriver(std::string_view policy, Options options);
  PolicyDriver(const PolicyChoice& policy, Options options);

  // The number of the job; arrivals at one instant come in the order of these numbers.
  std::size_t add(DriverJob job);
  // Runs to the end, or to `until`; what runs then is accounted and goes on if run is called again.
  void run(Instant until = Instant::max());

  const DriverTask& task(std::size_t index) const { return tasks_[index]; }
  std::size_t task_count() const { return tasks_.size(); }
  Instant now() const { return now_; }
  const std::vector<std::string>& violations() const { return violations_; }
  const std::vector<Slice>& slices() const { return slices_; }
  // CPU 0's slices in units of `unit`, neighbours of one job joined: "A3 B2 A1"; "-2" is idle.
  std::string gantt(Duration unit = 1_ms) const;
  double mean_wait_ms() const {
    return mean([](const DriverTask& t) { return t.waited; });
  }
  double mean_turnaround_ms() const {
    return mean([](const DriverTask& t) { return t.turnaround(); });
  }
  double mean_response_ms() const {
    return mean([](const DriverTask& t) { return t.response(); });
  }

  // What a user may do to a job between two calls of run.
  void change_attributes(std::size_t index, const SchedAttributes& attributes);
  void change_affinity(std::size_t index, const std::vector<unsigned>& cpus);
  void change_weight(std::size_t index, std::uint32_t weight);
  // A CPU goes offline or comes online. Requires that another one is online.
  void set_online(unsigned cpu, bool is_online);
  bool is_online(unsigned cpu) const { return affinities_.online().has(cpu_id(cpu)); }
  void change_group(std::size_t index, std::string_view path);

  const Topology& topology() const override { return topology_; }
  const AffinityTable& affinities() const override { return affinities_; }
  TaskGroups* groups() override { return groups_.has_root_only() ? nullptr : &groups_; }
  const TaskGroup& group(std::string_view path) const { return groups_[groups_.find(path).value()]; }
  const Entity* running(CpuId cpu) const override {
    const DriverTask* const task = cpus_[cpu.value()].running;
    return task == nullptr ? nullptr : &task->entity;
  }
  void kick(CpuId cpu, Kick kick) override { kicks_.push_back({cpu, kick}); }
  const Entity* waker() const override { return waker_; }
  void set_timer(Instant when, std::uint64_t cookie) override {
    expect(when > now_, "a timer is set for the past");
    timers_.emplace(when, cookie);
  }
  Policy& policy() { return *policy_; }

 private:
  struct Cpu {
    DriverTask* running = nullptr;
    Instant accounted;
    Instant finishes = Instant::max();
    Instant decides = Instant::max();
    bool is_to_pick = false;  // somebody arrived for it at this instant
  };
  struct KickRequest {
    CpuId cpu;
    Kick kick;
  };

  template <class Measure>
  double mean(Measure measure) const {
    Duration sum;
    for (const DriverTask& task : tasks_) sum += measure(task);
    return static_cast<double>(sum.nanoseconds()) / 1e6 / static_cast<double>(tasks_.size());
  }
  template <class... Args>
  void expect(bool holds, std::string_view what, const Args&... args) {
    if (holds) return;
    violations_.push_back(
        fmt::format("at {} ns: {}", now_.nanoseconds(), fmt::vformat(what, fmt::make_format_args(args...))));
  }
  static CpuId cpu_id(std::size_t index) { return CpuId(static_cast<CpuId::Value>(index)); }
  static DriverTask& task_of(Entity& entity, std::deque<DriverTask>& tasks) {
    return tasks[static_cast<std::size_t>(entity.id.value() - 1)];
  }

  AffinityId intern(const std::vector<unsigned>& cpus);
  Instant next_event() const;
  void handle_instant();
  bool handle_one();
  bool fire_timer();
  void become_ready(DriverTask& task);
  void offer(CpuId chosen);
  void start_step(DriverTask& task);
  void account(std::size_t cpu);
  void finish_step(std::size_t cpu);
  void end_or_wait(std::size_t cpu, DriverTask& task, DriverStep step);
  void decide(std::size_t cpu);
  void set_decision(std::size_t cpu);
  void put_back(std::size_t cpu, EnqueueReason why);
  void enqueue_anew(DriverTask& task);
  void enqueue(CpuId cpu, DriverTask& task, EnqueueReason why);
  void pick(std::size_t cpu);
  void handle_kicks();
  void check_work_conserving();
  template <class Change>
  void change(DriverTask& task, Change change);

  Topology topology_;
  AffinityTable affinities_;
  TaskGroups groups_;
  Duration tick_;
  bool picks_at_once_;
  bool has_one_queue_ = true;
  bool is_work_conserving_ = false;
  std::multimap<Instant, std::uint64_t> timers_;
  std::deque<DriverTask> tasks_;
  std::unique_ptr<Policy> policy_;  // goes before the entities it may still hold
  std::vector<Cpu> cpus_;
  std::deque<KickRequest> kicks_;
  const Entity* waker_ = nullptr;
  std::vector<Slice> slices_;
  std::vector<std::string> violations_;
  Instant now_;
};

}  // namespace signalbox

#include "tests/support/policy_driver_body.hpp"
