#include <algorithm>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/sched/global_queue_policy.hpp"
#include "kernel/sched/policies/manual_text.hpp"
#include "kernel/sched/policies/options.hpp"
#include "kernel/sched/policies/registry.hpp"
#include "kernel/sched/shared_fifo.hpp"

namespace signalbox {
namespace {

constexpr std::uint32_t nobody = ~std::uint32_t{0};

struct ManualState {
  std::uint32_t named = nobody;  // which of those that the file names it is
  bool is_offered = true;        // it comes, or has come, for other reasons than giving way
  bool is_turn_over = false;
};

// Who runs when is read from a file (manual_text.hpp). The decisions of a CPU are done in order. A decision is due when
// the one before it is done, and not before its time; one with a time does not wait for the one before. It stands until
// its thread can run on its CPU: until then, and where there is none, first come, first served (`fcfs`) decides, and
// gives way at once. It is done when its thread waits, yields or ends, when its length is over (the thread then goes
// to the end of the queue), and when a decision with a time is due. A decision for a thread that has ended is passed
// over; one for a CPU that the machine lacks is never due.
class Manual final : public GlobalQueuePolicy {
 public:
  Manual(SchedulerView& view, const std::vector<ManualDecision>& decisions);

  void join(Entity& entity, Instant) override {
    auto& state = entity.emplace_state<ManualState>();
    const auto found = std::ranges::lower_bound(named_, entity.id, {}, &Named::thread);
    if (found == named_.end() || found->thread != entity.id) return;
    state.named = static_cast<std::uint32_t>(found - named_.begin());
  }
  void leave(Entity& entity, Instant) override {
    if (Named* const named = named_of(entity)) named->has_ended = true;
  }

  void enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) override;
  void dequeue(Entity& entity, Instant) override {
    take(entity);
    note_dequeued();
  }
  Entity* pick_next(CpuId cpu, Instant now) override;
  void account(CpuId, Entity&, Duration, Instant) override {}
  void blocked(CpuId, Entity& entity, Instant) override { entity.state<ManualState>().is_offered = true; }
  Verdict decide(CpuId cpu, Entity& running, Instant now) override;
  Instant next_decision(CpuId cpu, const Entity& running, Instant now) const override;
  // What is first may change with the time, which a hint is not told.
  const Entity* peek(CpuId, std::size_t) const override { return nullptr; }

 private:
  // A thread that the file names.
  struct Named {
    Tid thread;
    Entity* ready = nullptr;  // queued
    bool has_ended = false;
  };
  struct Step {
    std::uint32_t named;
    std::optional<Instant> at;
    Duration length;
  };
  // The decisions of one CPU, and where it is in them.
  struct Script {
    std::vector<Step> steps;
    std::size_t next = 0;
    bool is_followed = false;        // who runs there does so by a decision,
    Instant until = Instant::max();  // until then
  };

  Named* named_of(const Entity& entity) {
    const std::uint32_t named = entity.state<ManualState>().named;
    return named == nobody ? nullptr : &named_[named];
  }
  void take(Entity& entity) {
    ready_.remove(entity);
    if (Named* const named = named_of(entity)) named->ready = nullptr;
  }

  // The step to come; null if there is none.
  const Step* upcoming(const Script& script) const {
    for (std::size_t i = script.next; i < script.steps.size(); ++i) {
      if (!named_[script.steps[i].named].has_ended) return &script.steps[i];
    }
    return nullptr;
  }
  // The step that who runs on the CPU, if anybody does, must give way to now; null if there is none.
  const Step* due(const Script& script, Instant now, bool is_running) const {
    const Step* const step = upcoming(script);
    if (step == nullptr || (step->at && *step->at > now)) return nullptr;
    const bool must_wait = is_running && script.is_followed && now < script.until && !step->at;
    return must_wait ? nullptr : step;
  }
  // Its thread, if that is ready for the CPU.
  Entity* actor(const Step* step, CpuId cpu) const {
    Entity* const ready = step == nullptr ? nullptr : named_[step->named].ready;
    return ready != nullptr && view().affinities().allows(ready->affinity, cpu) ? ready : nullptr;
  }
  static void follow(Script& script, const Step& step, Instant now) {
    script.next = static_cast<std::size_t>(&step - script.steps.data()) + 1;
    script.is_followed = true;
    script.until = step.length > Duration() ? now + step.length : Instant::max();
  }
  static void stop_following(Script& script) {
    script.is_followed = false;
    script.until = Instant::max();
  }

  const Entity* first_ready(CpuId cpu, Instant now) const override {
    const Entity* const chosen = actor(due(scripts_[cpu.value()], now, view().running(cpu) != nullptr), cpu);
    return chosen != nullptr ? chosen : ready_.front(cpu);
  }
  // Who gave way calls nobody: two CPUs that run each other's threads would call each other for ever.
  bool displaces(const Entity& ready, const Entity& running, Instant now) const override {
    const Step* const step = due(scripts_[running.cpu.value()], now, true);
    const auto& state = ready.state<ManualState>();
    return step != nullptr && state.is_offered && step->named == state.named &&
           view().affinities().allows(ready.affinity, running.cpu);
  }
  void call_cpus_that_wait(const Entity& entity, CpuId chosen, Instant now);

  SharedFifo ready_;
  std::vector<Named> named_;     // by tid
  std::vector<Script> scripts_;  // by CPU
};

Manual::Manual(SchedulerView& view, const std::vector<ManualDecision>& decisions)
    : GlobalQueuePolicy(view, OnReady::may_preempt),
      ready_(view.affinities(), cpu_range()),
      scripts_(view.topology().cpu_count()) {
  for (const ManualDecision& decision : decisions) named_.push_back({.thread = decision.thread});
  std::ranges::sort(named_, {}, &Named::thread);
  const auto repeated = std::ranges::unique(named_, {}, &Named::thread);
  named_.erase(repeated.begin(), repeated.end());
  for (const ManualDecision& decision : decisions) {
    if (decision.cpu.value() >= scripts_.size()) continue;
    const auto named = std::ranges::lower_bound(named_, decision.thread, {}, &Named::thread);
    scripts_[decision.cpu.value()].steps.push_back(
        {.named = static_cast<std::uint32_t>(named - named_.begin()), .at = decision.at, .length = decision.length});
  }
}

void Manual::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  auto& state = entity.state<ManualState>();
  if (why == EnqueueReason::preempted && !state.is_turn_over) {
    ready_.push_front(entity);
  } else {
    ready_.push_back(entity);
  }
  state.is_turn_over = false;
  state.is_offered = why != EnqueueReason::preempted && why != EnqueueReason::yielded;
  Named* const named = named_of(entity);
  if (named != nullptr) named->ready = &entity;
  note_queued(cpu, entity, why, now);
  if (named != nullptr && cpu_count() > 1) call_cpus_that_wait(entity, cpu, now);
}

Entity* Manual::pick_next(CpuId cpu, Instant now) {
  Script& script = scripts_[cpu.value()];
  const Step* const step = due(script, now, false);
  if (Entity* const chosen = actor(step, cpu)) {
    follow(script, *step, now);
    take(*chosen);
    return note_picked(cpu, chosen, now);
  }
  stop_following(script);
  Entity* const first = ready_.pop_front(cpu);
  Named* const named = first == nullptr ? nullptr : named_of(*first);
  if (named != nullptr) named->ready = nullptr;
  return note_picked(cpu, first, now);
}

Verdict Manual::decide(CpuId cpu, Entity& running, Instant now) {
  Script& script = scripts_[cpu.value()];
  const Step* const step = due(script, now, true);
  if (step != nullptr && step->named == running.state<ManualState>().named) {
    follow(script, *step, now);
    return Verdict::keep;
  }
  const bool is_turn_over = script.is_followed && now >= script.until;
  if (is_turn_over) stop_following(script);
  const bool gives_way = actor(step, cpu) != nullptr || (is_turn_over && ready_.has_ready(cpu));
  running.state<ManualState>().is_turn_over = gives_way && is_turn_over;
  return gives_way ? Verdict::preempt : Verdict::keep;
}

Instant Manual::next_decision(CpuId cpu, const Entity&, Instant now) const {
  const Script& script = scripts_[cpu.value()];
  const Step* const step = upcoming(script);
  const bool comes = step != nullptr && step->at && *step->at > now;
  return comes ? std::min(script.until, *step->at) : script.until;
}

// A decision may be waiting for this thread on another CPU than the one that was chosen for it.
void Manual::call_cpus_that_wait(const Entity& entity, CpuId chosen, Instant now) {
  const CpuMask cpus = view().cpus();
  cpus.for_each(cpu_range(), [&](CpuId cpu) {
    const Entity* const running = view().running(cpu);
    if (cpu != chosen && running != nullptr && displaces(entity, *running, now)) view().kick(cpu, Kick::preempt);
  });
}

std::unique_ptr<Policy> make(const OptionValues& options, SchedulerView& view, const Prng&) {
  const auto read = parse_manual(options.get<OptionFile>("file").text);
  const auto* const decisions = std::get_if<std::vector<ManualDecision>>(&read);
  CHECK(decisions != nullptr, "who reads the file checks it");
  return std::make_unique<Manual>(view, *decisions);
}

}  // namespace

extern const PolicyRow manual_policy;
const PolicyRow manual_policy{
    .name = "manual",
    .summary = "who runs when is read from a file; first come, first served where it says nothing",
    .source = "a file of decisions, one a line: TID [cpu N] [at TIME] [for TIME]",
    .options = {file_option("file", check_manual, "the decisions, such as '4 at 10ms for 2ms'; without it, fcfs")},
    .is_work_conserving = true,
    .respects_weight = false,
    .make = make,
};

}  // namespace signalbox
