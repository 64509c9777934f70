// Who runs: the policy's decisions, carried out.
#include <algorithm>
#include <boost/intrusive/parent_from_member.hpp>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/machine/dispatcher_steps.hpp"
#include "kernel/sched/class_rank.hpp"

namespace signalbox {
namespace {

Thread& thread_of(Entity& entity) { return *boost::intrusive::get_parent_from_member(&entity, &Thread::entity); }

SwitchReason reason_to_sleep(WaitKind kind) {
  if (kind == WaitKind::time) return SwitchReason::slept;
  return kind == WaitKind::memory ? SwitchReason::memory_shortage : SwitchReason::blocked;
}

SwitchKind switch_kind(const Cpu& cpu, const Thread& next) {
  if (cpu.last_thread == next.tid) return SwitchKind::resumed;
  return cpu.last_process == next.entity.process ? SwitchKind::thread : SwitchKind::process;
}

}  // namespace

void Dispatcher::admit(Thread& thread) {
  ++threads_;
  policy_->join(thread.entity, simulation_.now());
}

[[gnu::flatten]] void Dispatcher::make_ready(Thread& thread, EnqueueReason why, ReadyReason reason) {
  const Instant now = simulation_.now();
  if (!affinities_.is_whole() && affinities_.mask(thread.entity.affinity).none()) [[unlikely]]
    break_affinity(thread);
  const CpuId target = policy_->select_cpu(thread.entity, now);
  CHECK(affinities_.allows(thread.entity.affinity, target), "a policy selects a CPU that the affinity allows");
  const Tid waker = current_ == nullptr ? ending_ : current_->tid;  // nobody: a timer, or an arrival
  trace_.emit({.when = now,
               .thread = thread.tid,
               .cpu = target,
               .kind = TraceKind::thread_ready,
               .detail = static_cast<std::uint8_t>(reason),
               .a = static_cast<std::uint64_t>(waker.value())});
  thread.state = ThreadState::ready;
  policy_->enqueue(target, thread.entity, why, now);
  Cpu& cpu = cpus_[target.value()];
  if (waker == Tid() && cpu.running != nullptr && config_.costs.interrupt > Duration()) {
    interrupt(cpu, config_.costs.interrupt);
    plan(cpu);
    post(cpu);
  }
  if (const Duration latency = latency_to(target, waker); latency > Duration()) {
    offer_after(latency, target);
    return serve_kicks();
  }
  // After a timer nothing else happens at this event: what it started on an idle CPU needs none of its own.
  const bool may_start = reason == ReadyReason::timed_out && cpu.running == nullptr && simulation_.horizon() > now;
  may_start ? choose(cpu) : offer(cpu);
  if (!kicks_.empty()) serve_kicks();
  if (may_start && goes_on(cpu)) make_due(cpu);
}

// By the class it was given, not one that it inherits (kernel/sched/syscalls.c, __setscheduler_params).
inline Duration Dispatcher::timer_slack(const Thread& thread) const {
  const SchedAttributes& effective = thread.entity.attributes;
  return is_realtime(effective.is_boosted ? thread.normal : effective) ? Duration() : config_.timer_slack;
}

// What the thread that has just suspended asks for. Flattened, as make_ready is: the steps of a switch in one function
// without calls.
[[gnu::flatten]] void Dispatcher::serve(Cpu& cpu, Thread& thread) {
  switch (request_) {
    case HubRequest::stop:
      simulation_.end_running_ahead();
      return plan(cpu);
    case HubRequest::block: {
      if (block_deadline_ != Instant::max()) {
        timers_.arm(thread, block_deadline_ + timer_slack(thread));
      }
      leave(cpu, reason_to_sleep(thread.sleep_label.kind));
      policy_->blocked(cpu.id, thread.entity, simulation_.now());
      return choose(cpu);
    }
    case HubRequest::yield:
      put_back(cpu, SwitchReason::yielded, EnqueueReason::yielded);
      return choose(cpu);
    case HubRequest::reschedule:
      put_back(cpu, SwitchReason::preempted, EnqueueReason::preempted);
      return choose(cpu);
    case HubRequest::compute:
    case HubRequest::flush_trace:
    case HubRequest::call:
      CHECK(false, "served where the thread was resumed");
    case HubRequest::exit:
      thread.context.abandon();
      return thread_finished(cpu);
  }
}

void Dispatcher::thread_finished(Cpu& cpu) {
  Thread& thread = *cpu.running;
  leave(cpu, SwitchReason::exited);
  policy_->leave(thread.entity, simulation_.now());
  thread.state = ThreadState::exited;
  --threads_;
  std::ranges::replace(soon_, &thread, nullptr);
  ending_ = thread.tid;
  end_handler_->thread_ended(thread);
  ending_ = Tid();
  if (cpu.running == nullptr) choose(cpu);  // else what woke up at the thread's end has got the CPU already
}

// Somebody became ready on this CPU's behalf.
void Dispatcher::offer(Cpu& cpu) {
  if (cpu.running == nullptr) {
    if (simulation_.horizon() == simulation_.now()) return choose_later(cpu);
    choose(cpu);
    if (cpu.running != nullptr) post(cpu);
    return;
  }
  account(cpu);
  if (policy_->should_preempt(cpu.id, cpu.running->entity, simulation_.now())) preempt(cpu);
}

// How long the CPU takes to act on a wake-up that reaches it as an interrupt.
Duration Dispatcher::latency_to(CpuId target, Tid waker) const {
  if (waker == Tid()) return config_.costs.timer_latency;
  return current_ != nullptr && current_->entity.cpu != target ? config_.costs.ipi_latency : Duration();
}

void Dispatcher::offer_after(Duration latency, CpuId target) {
  simulation_.schedule(simulation_.now() + latency, *this, (cpus_.size() + 1 + target.value()) << turn_bits);
}

// More may become ready at this very instant: the idle CPUs choose when all have, as textbook tables take it whose jobs
// arrive together.
void Dispatcher::choose_later(const Cpu& cpu) {
  choosing_.set(cpu.id);
  if (std::exchange(is_choice_pending_, true)) return;
  simulation_.schedule(simulation_.now(), *this, std::uint64_t{cpus_.size()} << turn_bits);
}

void Dispatcher::choose_idle() {
  is_choice_pending_ = false;
  const CpuMask named = std::exchange(choosing_, {});
  const CpuMask& choosing = idle_looks_again_ ? affinities_.online() : named;
  choosing.for_each({0, static_cast<unsigned>(cpus_.size())}, [this](CpuId id) {
    Cpu& cpu = cpus_[id.value()];
    if (cpu.running != nullptr) return;
    choose(cpu);
    if (cpu.running != nullptr) post(cpu);
  });
  serve_kicks();
}

// Takes the CPU from its thread, at once or as soon as that may be interrupted.
void Dispatcher::preempt(Cpu& cpu) {
  if (may_interrupt(cpu)) {
    put_back(cpu, SwitchReason::preempted, EnqueueReason::preempted);
    choose(cpu);
  } else {
    cpu.needs_reschedule = true;
    if (cpu.running == current_) return;
    plan(cpu);
  }
  if (cpu.running != nullptr) post(cpu);
}

// The instant has come at which the policy wanted to be asked, or at which the thread may at last be interrupted.
[[gnu::flatten]] void Dispatcher::decide(Cpu& cpu) {
  if (cpu.needs_reschedule) {
    put_back(cpu, SwitchReason::preempted, EnqueueReason::preempted);
    return choose(cpu);
  }
  if (config_.tick > Duration()) {
    trace_.emit({.when = simulation_.now(), .cpu = cpu.id, .kind = TraceKind::tick});
    interrupt(cpu, config_.costs.tick);
  }
  account(cpu);
  if (policy_->decide(cpu.id, cpu.running->entity, simulation_.now()) == Verdict::preempt) {
    put_back(cpu, SwitchReason::slice_expired, EnqueueReason::preempted);
    choose(cpu);
  } else {
    set_decision(cpu);
    plan(cpu);
  }
}

// The CPU's thread goes back to a run queue.
void Dispatcher::put_back(Cpu& cpu, SwitchReason reason, EnqueueReason why) {
  Thread& thread = *cpu.running;
  leave(cpu, reason);
  thread.state = ThreadState::ready;
  const bool may_stay = affinities_.allows(thread.entity.affinity, cpu.id);
  if (!may_stay) return enqueue_anew(thread);
  policy_->enqueue(cpu.id, thread.entity, why, simulation_.now());
}

// Queues a ready thread afresh, where its attributes and affinity now want it.
void Dispatcher::enqueue_anew(Thread& thread) {
  const CpuId target = policy_->select_cpu(thread.entity, simulation_.now());
  policy_->enqueue(target, thread.entity, EnqueueReason::changed, simulation_.now());
  offer(cpus_[target.value()]);
}

// The CPU's thread stops running, for whatever reason; the CPU idles until somebody is chosen.
void Dispatcher::leave(Cpu& cpu, SwitchReason reason) {
  settle(cpu);
  account(cpu);
  Thread& thread = *cpu.running;
  if (memory_ != nullptr) memory_->leave(cpu.id, thread);
  trace_.emit({.when = simulation_.now(),
               .thread = thread.tid,
               .cpu = cpu.id,
               .kind = TraceKind::run_end,
               .detail = static_cast<std::uint8_t>(reason),
               .a = static_cast<std::uint64_t>(cpu.stretch_user.nanoseconds()),
               .b = static_cast<std::uint64_t>(cpu.stretch_kernel.nanoseconds())});
  // The block's line is not touched for nothing.
  if (cpu.stretch_user + cpu.stretch_kernel > Duration()) thread.times += {cpu.stretch_user, cpu.stretch_kernel};
  cpu.last_thread = thread.tid;
  cpu.last_process = thread.entity.process;
  cpu.running = nullptr;
  cpu.needs_reschedule = false;
  cpu.was_idle = false;
}

// Gives a free CPU to whom the policy picks.
void Dispatcher::choose(Cpu& cpu) {
  if (cpu.running != nullptr || !cpu.may_pick) return;
  Entity* next = policy_->pick_next(cpu.id, simulation_.now());
  if (next == nullptr) {
    cpu.was_idle = true;
    if (memory_ != nullptr) memory_->idle(cpu.id);
  } else {
    begin(cpu, thread_of(*next));
  }
}

void Dispatcher::begin(Cpu& cpu, Thread& thread) {
  const Instant now = simulation_.now();
  const SwitchKind kind = switch_kind(cpu, thread);
  const Duration cost = memory_ == nullptr ? switch_cost(cpu, kind) : switch_cost_with_memory(cpu, thread, kind);
  thread.owed += refill_cost(cpu, thread, kind);
  if (thread.ran_before && thread.entity.cpu != cpu.id) {
    trace_.emit({.when = now,
                 .thread = thread.tid,
                 .cpu = cpu.id,
                 .kind = TraceKind::thread_migrated,
                 .a = thread.entity.cpu.value()});
  }
  trace_.emit({.when = now,
               .thread = thread.tid,
               .cpu = cpu.id,
               .kind = TraceKind::run_begin,
               .detail = static_cast<std::uint8_t>(kind),
               .a = static_cast<std::uint64_t>(cost.nanoseconds()),
               .b = static_cast<std::uint64_t>(cpu.last_thread.value())});
  thread.state = ThreadState::running;
  thread.ran_before = true;
  thread.entity.cpu = cpu.id;
  cpu.running = &thread;
  cpu.settled = cpu.accounted = now + cost;
  cpu.stretch_user = cpu.stretch_kernel = Duration();
  set_decision(cpu);
  plan(cpu);
}

// A CPU that idled before the same thread returns has still switched to its idle loop and back.
Duration Dispatcher::switch_cost(const Cpu& cpu, SwitchKind kind) const {
  switch (kind) {
    case SwitchKind::resumed:
      return cpu.was_idle ? config_.costs.thread_switch : Duration();
    case SwitchKind::thread:
      return config_.costs.thread_switch;
    case SwitchKind::process:
      return config_.costs.process_switch;
  }
  std::unreachable();
}

// Where memory is modelled, another process costs more than another thread only if a page-table root is loaded for it:
// a kernel thread leaves the one that is there. Loads the root.
Duration Dispatcher::switch_cost_with_memory(const Cpu& cpu, Thread& thread, SwitchKind kind) {
  const RootLoad load = memory_->switch_to(cpu.id, thread);
  const bool keeps_root = kind == SwitchKind::process && load == RootLoad::none;
  const Duration flush = load == RootLoad::flush ? memory_->spend(config_.costs.tlb_flush) : Duration();
  return switch_cost(cpu, keeps_root ? SwitchKind::thread : kind) + flush;
}

// What a thread loses of its caches' contents because of others, or because it moved.
Duration Dispatcher::refill_cost(const Cpu& cpu, const Thread& thread, SwitchKind kind) const {
  if (!thread.ran_before || kind == SwitchKind::resumed) return Duration();
  if (thread.entity.cpu == cpu.id) return config_.costs.cache_refill;
  const auto llc = [&](CpuId id) { return config_.topology.place(id).llc; };
  const bool crosses = llc(thread.entity.cpu) != llc(cpu.id);
  return config_.costs.migration + (crosses ? config_.costs.migration_across_llc : Duration());
}

void Dispatcher::set_attributes(Thread& thread, const SchedAttributes& attributes, std::uint32_t weight) {
  const bool is_queued = thread.state == ThreadState::ready;
  if (is_queued) policy_->dequeue(thread.entity, simulation_.now());
  thread.entity.attributes = attributes;
  thread.entity.weight = weight;
  if (is_queued) {
    enqueue_anew(thread);
  } else {
    policy_->attributes_changed(thread.entity, simulation_.now());
    if (thread.state == ThreadState::running) offer(cpu_of(thread));
  }
  serve_kicks();
}

void Dispatcher::set_affinity(Thread& thread, AffinityId affinity) {
  const bool is_queued = thread.state == ThreadState::ready;
  if (is_queued) policy_->dequeue(thread.entity, simulation_.now());
  thread.entity.affinity = affinity;
  if (is_queued) {
    enqueue_anew(thread);
  } else {
    policy_->attributes_changed(thread.entity, simulation_.now());
    if (thread.state == ThreadState::running && !affinities_.allows(affinity, thread.entity.cpu)) {
      preempt(cpu_of(thread));
    }
  }
  serve_kicks();
}

void Dispatcher::set_online(CpuId id, bool is_online) {
  cpus_[id.value()].may_pick = is_online;
  const TraceKind kind = is_online ? TraceKind::cpu_online : TraceKind::cpu_offline;
  trace_.emit({.when = simulation_.now(), .cpu = id, .kind = kind});
}

void Dispatcher::rearrange(CpuId id) {
  Cpu& cpu = cpus_[id.value()];
  policy_->cpu_changed(id, simulation_.now());
  if (cpu.may_pick) {
    offer(cpu);
  } else if (cpu.running != nullptr) {
    preempt(cpu);
  }
  serve_kicks();
}

void Dispatcher::break_affinity(Thread& thread) {
  trace_.emit({.when = simulation_.now(), .thread = thread.tid, .kind = TraceKind::affinity_broken});
  thread.asked_affinity = AffinityId();
  const AffinityId set = cpu_sets_.of(thread.entity.group);
  set_affinity(thread, affinities_.mask(set).none() ? AffinityId() : set);
}

void Dispatcher::set_group(Thread& thread, TaskGroupId group) {
  const bool is_queued = thread.state == ThreadState::ready;
  if (is_queued) policy_->dequeue(thread.entity, simulation_.now());
  thread.entity.group = group;
  is_queued ? enqueue_anew(thread) : policy_->attributes_changed(thread.entity, simulation_.now());
}

void Dispatcher::policy_timer_due(std::uint64_t cookie) {
  if (is_stopped_) return;
  policy_->timer(cookie, simulation_.now());
  serve_kicks();
}

// Serving one may ask for others.
void Dispatcher::serve_kicks() {
  while (!kicks_.empty()) {
    for (const PendingKick& kick : std::exchange(kicks_, {})) {
      Cpu& cpu = cpus_[kick.cpu.value()];
      if (cpu.running == nullptr) {
        offer(cpu);
      } else if (kick.kick == Kick::preempt) {
        preempt(cpu);
      }
    }
  }
}

}  // namespace signalbox
