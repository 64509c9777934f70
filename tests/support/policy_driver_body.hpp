#pragma once

// The functions of PolicyDriver; tests/support is headers only.
#include "tests/support/policy_driver.hpp"

namespace signalbox {

inline PolicyChoice policy_choice(std::string_view text) {
  auto read = parse_policy(text);
  auto* const choice = std::get_if<PolicyChoice>(&read);
  CHECK(choice != nullptr, "the test names a policy as a user would");
  return std::move(*choice);
}

inline PolicyDriver::PolicyDriver(std::string_view policy, Options options)
    : PolicyDriver(policy_choice(policy), std::move(options)) {}

inline PolicyDriver::PolicyDriver(const PolicyChoice& policy, Options options)
    : topology_(options.places.empty() ? Topology::uniform(options.cpus) : Topology(options.places)),
      affinities_(topology_.cpu_count()),
      groups_(options.groups),
      tick_(options.tick),
      picks_at_once_(options.picks_at_once),
      has_one_queue_(policy.has_one_queue()),
      is_work_conserving_(policy.is_work_conserving()),
      cpus_(topology_.cpu_count()) {
  policy_ = policy.make(*this, Prng(options.seed));
}

inline std::size_t PolicyDriver::add(DriverJob job) {
  DriverTask& task = tasks_.emplace_back();
  task.entity.id = Tid(static_cast<Tid::Value>(tasks_.size()));
  task.entity.process = job.process;
  task.entity.attributes = job.attributes;
  task.entity.weight = job.weight != 0 ? job.weight : nice_weight(job.attributes.nice);
  task.entity.affinity = intern(job.cpus);
  task.entity.group = groups_.find(job.group).value();
  task.ready_since = task.release = job.arrival;
  task.job = std::move(job);
  return tasks_.size() - 1;
}

inline AffinityId PolicyDriver::intern(const std::vector<unsigned>& cpus) {
  if (cpus.empty()) return AffinityId();
  CpuMask mask;
  for (const unsigned cpu : cpus) mask.set(cpu_id(cpu));
  return affinities_.intern(mask);
}

inline void PolicyDriver::run(Instant until) {
  for (Instant next = next_event(); next != Instant::max() && next <= until; next = next_event()) {
    now_ = next;
    handle_instant();
  }
  if (until != Instant::max()) now_ = until;
  for (std::size_t cpu = 0; cpu < cpus_.size(); ++cpu) account(cpu);
}

inline Instant PolicyDriver::next_event() const {
  Instant next = Instant::max();
  for (const DriverTask& task : tasks_) {
    const bool comes = task.state == DriverTask::State::absent || task.state == DriverTask::State::waiting;
    if (comes) next = std::min(next, task.ready_since);
  }
  for (const Cpu& cpu : cpus_) next = std::min({next, cpu.finishes, cpu.decides});
  // A timer alone keeps nobody waiting for it: all may be gone.
  const bool all_gone =
      std::ranges::all_of(tasks_, [](const DriverTask& task) { return task.state == DriverTask::State::gone; });
  if (!timers_.empty() && !all_gone) next = std::min(next, timers_.begin()->first);
  return std::max(next, now_);
}

inline void PolicyDriver::handle_instant() {
  constexpr int patience = 10'000;
  int handled = 0;
  while (handle_one() && ++handled < patience) {
  }
  if (handled == patience) {
    expect(false, "the policy asks for ever at one instant");
    CHECK(false, "a policy that never lets time pass cannot be driven");
  }
  check_work_conserving();
}

inline bool PolicyDriver::handle_one() {
  for (DriverTask& task : tasks_) {
    const bool comes = task.state == DriverTask::State::absent || task.state == DriverTask::State::waiting;
    if (comes && task.ready_since <= now_) return become_ready(task), true;
  }
  for (std::size_t cpu = 0; cpu < cpus_.size(); ++cpu) {
    if (cpus_[cpu].is_to_pick) return pick(cpu), handle_kicks(), true;
  }
  for (std::size_t cpu = 0; cpu < cpus_.size(); ++cpu) {
    if (cpus_[cpu].finishes <= now_) return finish_step(cpu), true;
  }
  for (std::size_t cpu = 0; cpu < cpus_.size(); ++cpu) {
    if (cpus_[cpu].decides <= now_) return decide(cpu), true;
  }
  return fire_timer();
}

inline bool PolicyDriver::fire_timer() {
  if (timers_.empty() || timers_.begin()->first > now_) return false;
  const std::uint64_t cookie = timers_.begin()->second;
  timers_.erase(timers_.begin());
  policy_->timer(cookie, now_);
  handle_kicks();
  return true;
}

inline void PolicyDriver::start_step(DriverTask& task) {
  task.left = task.job.steps[task.step].run;
  task.entity.expected_burst = task.job.declares_bursts ? task.left : Duration();
}

inline void PolicyDriver::become_ready(DriverTask& task) {
  const bool is_new = task.state == DriverTask::State::absent;
  const DriverTask* const waker = task.job.waker ? &tasks_[*task.job.waker] : nullptr;
  waker_ = waker != nullptr && waker->state == DriverTask::State::running ? &waker->entity : nullptr;
  if (is_new) policy_->join(task.entity, now_);
  if (affinities_.mask(task.entity.affinity).none()) {
    task.entity.affinity = AffinityId();
    policy_->attributes_changed(task.entity, now_);
  }
  start_step(task);
  const bool some_idle = std::ranges::any_of(cpus_, [&](const Cpu& cpu) {
    const CpuId id = cpu_id(static_cast<std::size_t>(&cpu - cpus_.data()));
    return cpu.running == nullptr && !cpu.is_to_pick && affinities_.allows(task.entity.affinity, id);
  });
  const CpuId chosen = policy_->select_cpu(task.entity, now_);
  expect(affinities_.allows(task.entity.affinity, chosen), "{} sent to forbidden CPU {}", task.job.name,
         chosen.value());
  expect(!has_one_queue_ || !some_idle || running(chosen) == nullptr,
         "{} sent to a busy CPU while an allowed one idles", task.job.name);

  enqueue(chosen, task, is_new ? EnqueueReason::created : EnqueueReason::woken);
  waker_ = nullptr;
  offer(chosen);
  handle_kicks();
}

inline void PolicyDriver::offer(CpuId chosen) {
  Cpu& cpu = cpus_[chosen.value()];
  if (cpu.running == nullptr) {
    cpu.is_to_pick = true;
    if (picks_at_once_) pick(chosen.value());
    return;
  }
  account(chosen.value());
  // It ends at this very instant, and is to do so before anybody else runs.
  if (cpu.finishes <= now_) return;
  if (!policy_->should_preempt(chosen, cpu.running->entity, now_)) return;
  put_back(chosen.value(), EnqueueReason::preempted);
  pick(chosen.value());
}

inline void PolicyDriver::enqueue(CpuId cpu, DriverTask& task, EnqueueReason why) {
  task.state = DriverTask::State::ready;
  task.ready_since = now_;
  if (why != EnqueueReason::changed) task.entity.cpu = cpu;
  policy_->enqueue(cpu, task.entity, why, now_);
}

inline void PolicyDriver::account(std::size_t index) {
  Cpu& cpu = cpus_[index];
  if (cpu.running == nullptr) return;
  DriverTask& task = *cpu.running;
  const Duration ran = now_ - cpu.accounted;
  cpu.accounted = now_;
  task.ran += ran;
  task.left -= ran * topology_.place(cpu_id(index)).capacity / CpuPlace::full_capacity;
  if (ran > Duration()) {
    const bool goes_on = !slices_.empty() && slices_.back().task == &task && slices_.back().to == now_ - ran &&
                         slices_.back().cpu == cpu_id(index);
    if (goes_on) {
      slices_.back().to = now_;
    } else {
      slices_.push_back({cpu_id(index), &task, now_ - ran, now_});
    }
  }
  policy_->account(cpu_id(index), task.entity, ran, now_);
}

inline void PolicyDriver::finish_step(std::size_t index) {
  DriverTask& task = *cpus_[index].running;
  account(index);
  const DriverStep step = task.job.steps[task.step];
  if (task.job.period == Duration()) ++task.step;
  if (step.yields && task.step < task.job.steps.size()) {
    start_step(task);
    put_back(index, EnqueueReason::yielded);
  } else {
    end_or_wait(index, task, step);
  }
  pick(index);
  handle_kicks();
}

inline void PolicyDriver::end_or_wait(std::size_t index, DriverTask& task, DriverStep step) {
  cpus_[index] = Cpu();
  if (task.job.period > Duration()) {
    const Duration relative =
        task.job.attributes.deadline > Duration() ? task.job.attributes.deadline : task.job.period;
    if (now_ > task.release + relative) ++task.misses;
    task.release += task.job.period;
    task.ready_since = std::max(now_, task.release);
  } else if (task.step == task.job.steps.size()) {
    task.state = DriverTask::State::gone;
    task.finish = now_;
    policy_->leave(task.entity, now_);
    return;
  } else {
    task.ready_since = now_ + step.wait;
  }
  task.state = DriverTask::State::waiting;
  policy_->blocked(cpu_id(index), task.entity, now_);
}

inline void PolicyDriver::decide(std::size_t index) {
  account(index);
  if (policy_->decide(cpu_id(index), cpus_[index].running->entity, now_) == Verdict::keep) {
    set_decision(index);
  } else {
    put_back(index, EnqueueReason::preempted);
    pick(index);
  }
  handle_kicks();
}

inline void PolicyDriver::set_decision(std::size_t index) {
  Cpu& cpu = cpus_[index];
  cpu.decides = policy_->next_decision(cpu_id(index), cpu.running->entity, now_);
  expect(cpu.decides >= now_, "next_decision lies in the past");
  if (tick_ > Duration()) cpu.decides = Instant() + tick_ * (now_.since_start() / tick_ + 1);
}

inline void PolicyDriver::put_back(std::size_t index, EnqueueReason why) {
  DriverTask& task = *cpus_[index].running;
  cpus_[index] = Cpu();
  enqueue(cpu_id(index), task, why);
}

inline void PolicyDriver::pick(std::size_t index) {
  cpus_[index].is_to_pick = false;
  if (cpus_[index].running != nullptr || !is_online(static_cast<unsigned>(index))) return;
  const Entity* const hint = policy_->peek(cpu_id(index), 0);
  Entity* const next = policy_->pick_next(cpu_id(index), now_);
  expect(!has_one_queue_ || hint == nullptr || hint == next, "peek(0) on CPU {} is not what was picked", index);
  if (next == nullptr) return;
  DriverTask& task = task_of(*next, tasks_);
  expect(task.state == DriverTask::State::ready, "{} picked on CPU {} although it is not ready", task.job.name, index);
  expect(affinities_.allows(next->affinity, cpu_id(index)), "{} picked on forbidden CPU {}", task.job.name, index);
  task.state = DriverTask::State::running;
  task.waited += now_ - task.ready_since;
  task.longest_wait = std::max(task.longest_wait, now_ - task.ready_since);
  if (!task.first_run) task.first_run = now_;
  next->cpu = cpu_id(index);
  const std::int64_t capacity = topology_.place(cpu_id(index)).capacity;
  const Duration takes((task.left.nanoseconds() * CpuPlace::full_capacity + capacity - 1) / capacity);
  cpus_[index] = Cpu{.running = &task, .accounted = now_, .finishes = now_ + takes};
  set_decision(index);
}

inline void PolicyDriver::handle_kicks() {
  while (!kicks_.empty()) {
    const KickRequest request = kicks_.front();
    kicks_.pop_front();
    const std::size_t index = request.cpu.value();
    if (request.kick == Kick::preempt && cpus_[index].running != nullptr) {
      account(index);
      put_back(index, EnqueueReason::preempted);
    }
    pick(index);
  }
}

inline void PolicyDriver::check_work_conserving() {
  if (!is_work_conserving_) return;
  for (std::size_t index = 0; index < cpus_.size(); ++index) {
    if (cpus_[index].running != nullptr) continue;
    for (const DriverTask& task : tasks_) {
      const bool may_run = task.state == DriverTask::State::ready &&
                           affinities_.allows(task.entity.affinity, cpu_id(index)) &&
                           !policy_->is_held_back(task.entity);
      expect(!may_run, "CPU {} idles while {} is ready", index, task.job.name);
    }
  }
}

inline void PolicyDriver::enqueue_anew(DriverTask& task) {
  const CpuId chosen = policy_->select_cpu(task.entity, now_);
  enqueue(chosen, task, EnqueueReason::changed);
  offer(chosen);
  if (cpus_[chosen.value()].is_to_pick) pick(chosen.value());
}

template <class Change>
void PolicyDriver::change(DriverTask& task, Change change) {
  if (task.state == DriverTask::State::ready) {
    policy_->dequeue(task.entity, now_);
    change();
    const Duration waited = now_ - task.ready_since;
    task.waited += waited;
    enqueue_anew(task);
  } else {
    const bool is_running = task.state == DriverTask::State::running;
    if (is_running) account(task.entity.cpu.value());
    change();
    const bool is_known = is_running || task.state == DriverTask::State::waiting;
    if (is_known) policy_->attributes_changed(task.entity, now_);
    if (is_running && !affinities_.allows(task.entity.affinity, task.entity.cpu)) {
      const std::size_t cpu = task.entity.cpu.value();
      cpus_[cpu] = Cpu();
      enqueue_anew(task);
      pick(cpu);
    }
  }
  handle_kicks();
  check_work_conserving();
}

inline void PolicyDriver::change_attributes(std::size_t index, const SchedAttributes& attributes) {
  DriverTask& task = tasks_[index];
  change(task, [&] {
    task.entity.attributes = task.job.attributes = attributes;
    task.entity.weight = nice_weight(attributes.nice);
  });
}

inline void PolicyDriver::change_weight(std::size_t index, std::uint32_t weight) {
  change(tasks_[index], [&] { tasks_[index].entity.weight = weight; });
}

inline void PolicyDriver::change_affinity(std::size_t index, const std::vector<unsigned>& cpus) {
  change(tasks_[index], [&] { tasks_[index].entity.affinity = intern(cpus); });
}

inline void PolicyDriver::set_online(unsigned index, bool is_online) {
  affinities_.set_online(cpu_id(index), is_online);
  for (DriverTask& task : tasks_) {
    const bool competes = task.state == DriverTask::State::ready || task.state == DriverTask::State::running;
    if (!competes || !affinities_.mask(task.entity.affinity).none()) continue;
    change(task, [&] { task.entity.affinity = AffinityId(); });
  }
  policy_->cpu_changed(cpu_id(index), now_);
  if (DriverTask* const task = cpus_[index].running; task != nullptr && !is_online) {
    account(index);
    cpus_[index] = Cpu();
    enqueue_anew(*task);
  }
  if (is_online) pick(index);
  handle_kicks();
  check_work_conserving();
}

inline void PolicyDriver::change_group(std::size_t index, std::string_view path) {
  change(tasks_[index], [&] { tasks_[index].entity.group = groups_.find(path).value(); });
}

inline std::string PolicyDriver::gantt(Duration unit) const {
  std::string text;
  Instant end;
  const DriverTask* last = nullptr;
  Duration length;
  const auto flush = [&] {
    if (last != nullptr) text += fmt::format("{}{} ", last->job.name, length / unit);
    length = {};
  };
  for (const Slice& slice : slices_) {
    if (slice.cpu != CpuId()) continue;
    if (slice.from != end || slice.task != last) flush();
    if (slice.from != end) text += fmt::format("-{} ", (slice.from - end) / unit);
    last = slice.task;
    length += slice.to - slice.from;
    end = slice.to;
  }
  flush();
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace signalbox
