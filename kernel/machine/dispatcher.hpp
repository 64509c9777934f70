#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "kernel/machine/cpu.hpp"
#include "kernel/machine/machine_config.hpp"
#include "kernel/machine/machine_memory.hpp"
#include "kernel/machine/timers.hpp"
#include "kernel/sched/cpu_sets.hpp"
#include "kernel/sched/policy.hpp"
#include "kernel/sim/simulation.hpp"
#include "kernel/task/thread.hpp"

namespace signalbox {

// What a thread asks of the hub when it suspends.
enum class HubRequest : std::uint8_t {
  compute,      // resume me when the work I owe is done
  block,        // I sleep; somebody will make me ready
  yield,        // put me behind others
  reschedule,   // somebody else may be preferred
  flush_trace,  // the trace is full and my stack too small for its readers; resume me at once
  call,         // run a function that needs more stack than I have; resume me at once
  exit,         // I have ended; never resume me
  stop,         // the run must end: I let no time pass
};

// Told when a thread has ended, on the hub's stack, after it has left its CPU.
class ThreadEndHandler {
 public:
  virtual void thread_ended(Thread& thread) = 0;
  // A host fault ended it; comes before thread_ended.
  virtual void thread_faulted(Thread& thread, const HostFault& fault) = 0;

 protected:
  ~ThreadEndHandler() = default;
};

// Gives CPUs to threads as the policy decides, and moves the host between their stacks. *Dispatch* is the emulated
// decision, *resume* the host's move: a thread that is preempted while it computes is dispatched again without a
// resume.
//
// The hub is run_due(): it resumes the thread whose work is done, which runs until it suspends with a HubRequest; then
// it plans the CPU's next instant. While nothing else is due before that, it goes on without the event queue.
class Dispatcher final : public EventHandler, public SchedulerView, public CpuInterrupter {
 public:
  Dispatcher(Simulation& simulation, const MachineConfig& config, const AffinityTable& affinities, TaskGroups& groups,
             const CpuSets& cpu_sets, Timers& timers);

  // Once, before the first thread. `memory` is null on a machine without.
  void start(std::unique_ptr<Policy> policy, ThreadEndHandler& end_handler, MachineMemory* memory = nullptr);

  // Makes a new thread known to the policy. Its attributes are set.
  void admit(Thread& thread);
  // A thread may run: it was created, or its sleep is over.
  void make_ready(Thread& thread, EnqueueReason why, ReadyReason reason);
  // Changes what the policy orders by.
  void set_attributes(Thread& thread, const SchedAttributes& attributes, std::uint32_t weight);
  void set_affinity(Thread& thread, AffinityId affinity);
  void set_group(Thread& thread, TaskGroupId group);

  // A CPU goes offline or comes online: affinities say so already. Between the two calls, affinities are broken that
  // leave a thread no CPU; by the second, the CPU loses its thread as soon as that may be interrupted, or looks for
  // one.
  void set_online(CpuId cpu, bool is_online);
  void rearrange(CpuId cpu);
  // A thread that none of its CPUs is online for may use all of its cpuset, or all there are: its affinity is broken
  // (kernel/sched/core.c, select_fallback_rq).
  [[gnu::noinline]] void break_affinity(Thread& thread);

  // The absolute deadline by which the policy orders a thread; Instant::max() if it has none.
  Instant deadline_of(const Thread& thread) const { return policy_->deadline_of(thread.entity); }

  // A thread that has to end, or to look at a signal, does no more of its program's work: answers what was left of it.
  Duration cut_short(Thread& thread);
  // The CPU time that a thread has used until now, its current stretch included.
  CpuTimes times(const Thread& thread) const;
  // See Policy::slice_of.
  Duration slice_of(const Thread& thread) const { return policy_->slice_of(thread.entity); }

  // These three are the running thread's own, on its own stack. They are inlined, so that few frames lie between a
  // suspend and the program (kernel/README.md).

  // Spends CPU time and comes back when it is spent. Others may run meanwhile.
  [[gnu::always_inline]] void charge(Thread& thread, Duration cost, Mode mode) {
    if (begins_work(thread, cost, mode)) suspend(thread, HubRequest::compute);
  }
  // Comes back when the thread is resumed.
  [[gnu::always_inline]] void suspend(Thread& thread, HubRequest request) {
    request_ = request;
    thread.context.suspend();
  }
  // Sleeps: comes back when somebody has made it ready, its timer at `deadline` if nobody else. The hub arms the timer:
  // its stack is in the host's cache, this one's end is not.
  [[gnu::always_inline]] void block(Thread& thread, Instant deadline) {
    block_deadline_ = deadline;
    suspend(thread, HubRequest::block);
  }
  // See Caller.
  Duration time_ahead(const Thread& thread);
  // At a return to user mode, lets others run if they should.
  [[gnu::always_inline]] void return_to_user(Thread& thread) {
    if (cpu_of(thread).needs_reschedule) {
      suspend(thread, HubRequest::reschedule);
    } else if (thread.yields) {
      thread.yields = false;
      suspend(thread, HubRequest::yield);
    }
  }

  // Runs `body`, which may not suspend, where there is room for it: on the hub's stack if the caller's is a few KiB.
  // For what is rare and deep: a policy may do anything when attributes change.
  template <class Body>
  void with_room(Body body) {
    if (current_ == nullptr || is_serving_call_ || current_->stack.kind == StackKind::guarded) return body();
    call_ = [](void* argument) { (*static_cast<Body*>(argument))(); };
    call_argument_ = &body;
    suspend(*current_, HubRequest::call);
  }

  // The thread whose code the host runs now; null on the hub.
  Thread* current() const { return current_; }
  // On the hub: runs what is left of a thread that has been told to end, outside virtual time.
  void unwind(Thread& thread);
  // Ends the stretches of all CPUs, so that the trace accounts for all time up to now.
  void stop();
  bool is_stopped() const { return is_stopped_; }

  // EventHandler: a CPU's planned instant has come.
  void on_event(std::uint64_t payload) override;
  void prefetch(std::uint64_t payload, Lookahead lookahead) const override;
  // Whoever loops over the events says so, and calls run_due() after each: what is due then runs in the loop's frame.
  void set_looped(bool is_looped) { is_looped_ = is_looped; }
  [[gnu::always_inline]] void run_due();

  // CpuInterrupter.
  CpuId current_cpu() const override { return current_ == nullptr ? CpuId(max_cpus) : current_->entity.cpu; }
  void shot_down(const std::vector<CpuId>& cpus) override;
  void flushed() override { owe(memory_->spend(config_.costs.tlb_flush)); }
  bool any_is_busy() const override;

  // Kernel time that the running thread has caused beside what it does, and has not spent yet: wake-ups, shootdowns.
  void owe(Duration cost) {
    if (current_ != nullptr) debt_ += cost;
  }
  const CostModel& costs() const { return config_.costs; }
  Duration take_debt() { return std::exchange(debt_, Duration()); }

  // SchedulerView.
  const Topology& topology() const override { return config_.topology; }
  const AffinityTable& affinities() const override { return affinities_; }
  const Entity* running(CpuId cpu) const override;
  void kick(CpuId cpu, Kick kick) override;
  const Entity* waker() const override { return current_ == nullptr ? nullptr : &current_->entity; }
  TaskGroups* groups() override { return groups_.has_root_only() ? nullptr : &groups_; }
  void set_timer(Instant when, std::uint64_t cookie) override { simulation_.schedule(when, policy_timer_, cookie); }

 private:
  // A timer of the policy is due.
  class PolicyTimer final : public EventHandler {
   public:
    explicit PolicyTimer(Dispatcher& dispatcher) : dispatcher_(dispatcher) {}
    void on_event(std::uint64_t cookie) override { dispatcher_.policy_timer_due(cookie); }

   private:
    Dispatcher& dispatcher_;
  };

  // An event's payload: the CPU's index, or the number of CPUs for choose_idle; below it, the turn.
  static constexpr unsigned turn_bits = 32;

  struct PendingKick {
    CpuId cpu;
    Kick kick;
  };

  Cpu& cpu_of(const Thread& thread) { return cpus_[thread.entity.cpu.value()]; }

  // The hub (dispatcher_hub.hpp).
  [[gnu::always_inline]] void run(Cpu& cpu);
  [[gnu::always_inline]] void due(Cpu& cpu);
  [[gnu::always_inline]] bool goes_on(Cpu& cpu);
  [[gnu::always_inline]] void resume(Cpu& cpu);
  [[gnu::always_inline]] bool serve_at_once();
  void make_due(Cpu& cpu);
  void serve(Cpu& cpu, Thread& thread);
  void thread_finished(Cpu& cpu);
  Duration timer_slack(const Thread& thread) const;
  [[gnu::always_inline]] void prefetch_next(const Cpu& cpu);

  // Time on a CPU (dispatcher_time.cpp).
  bool begins_work(Thread& thread, Duration cost, Mode mode);
  void settle(Cpu& cpu);
  void account(Cpu& cpu);
  void set_decision(Cpu& cpu);
  void plan(Cpu& cpu);
  void post(Cpu& cpu);
  void interrupt(Cpu& cpu, Duration cost);
  bool may_interrupt(const Cpu& cpu) const;
  bool is_preemptible(const Thread& thread) const;

  // Who runs (dispatcher_switch.cpp).
  void decide(Cpu& cpu);
  void offer(Cpu& cpu);
  Duration latency_to(CpuId target, Tid waker) const;
  void offer_after(Duration latency, CpuId target);
  void choose_later(const Cpu& cpu);
  void choose_idle();
  void preempt(Cpu& cpu);
  void put_back(Cpu& cpu, SwitchReason reason, EnqueueReason why);
  void leave(Cpu& cpu, SwitchReason reason);
  void choose(Cpu& cpu);
  void begin(Cpu& cpu, Thread& thread);
  Duration switch_cost(const Cpu& cpu, SwitchKind kind) const;
  [[gnu::noinline]] Duration switch_cost_with_memory(const Cpu& cpu, Thread& thread, SwitchKind kind);
  Duration refill_cost(const Cpu& cpu, const Thread& thread, SwitchKind kind) const;
  void enqueue_anew(Thread& thread);
  void policy_timer_due(std::uint64_t cookie);
  void serve_kicks();

  Simulation& simulation_;
  TraceLog& trace_;
  const MachineConfig& config_;
  const AffinityTable& affinities_;
  TaskGroups& groups_;
  const CpuSets& cpu_sets_;
  Timers& timers_;
  MachineMemory* memory_ = nullptr;
  std::unique_ptr<Policy> policy_;
  PolicyTimer policy_timer_{*this};
  ThreadEndHandler* end_handler_ = nullptr;
  std::vector<Cpu> cpus_;
  Cpu* due_ = nullptr;  // whose instant has come with the present event
  bool is_looped_ = false;
  std::vector<PendingKick> kicks_;
  std::array<const Thread*, 4> soon_{};  // whose blocks are on their way to the cache, and their stacks not yet
  std::size_t next_soon_ = 0;
  Thread* current_ = nullptr;
  Tid ending_;  // whose end is being told: it wakes its joiners and its parent, on the hub
  HubRequest request_ = HubRequest::compute;
  Duration debt_;
  Instant block_deadline_;         // what HubRequest::block asks for
  void (*call_)(void*) = nullptr;  // what HubRequest::call asks for
  void* call_argument_ = nullptr;
  bool is_serving_call_ = false;
  bool is_stopped_ = false;
  bool is_choice_pending_ = false;
  CpuMask choosing_;  // the idle CPUs on whose behalf somebody was queued, or that were kicked: they choose then
  bool idle_looks_again_ = true;  // see Policy
  std::size_t threads_ = 0;       // that have been admitted and have not ended
};

}  // namespace signalbox
