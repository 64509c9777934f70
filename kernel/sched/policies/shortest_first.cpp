#include "kernel/sched/policies/shortest_first.hpp"

#include <algorithm>

#include "kernel/sched/policies/options.hpp"

namespace signalbox {

ShortestFirst::ShortestFirst(SchedulerView& view, OnShorter on_shorter, Predict predict, Duration first_guess)
    : GlobalQueuePolicy(view, on_shorter == OnShorter::takes_over ? OnReady::may_preempt : OnReady::waits),
      ready_(view.affinities(), cpu_range()),
      predict_(predict),
      first_guess_(first_guess) {}

void ShortestFirst::join(Entity& entity, Instant) { entity.emplace_state<BurstState>().average = first_guess_; }

void ShortestFirst::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  const std::int64_t key = remaining(entity).nanoseconds();
  if (why == EnqueueReason::preempted) {
    ready_.insert_before_equals(entity, key);
  } else {
    ready_.insert_behind_equals(entity, key);
  }
  note_queued(cpu, entity, why, now);
}

void ShortestFirst::account(CpuId cpu, Entity& entity, Duration ran, Instant now) {
  entity.state<BurstState>().done += work(cpu, ran);
  note_accounted(cpu, now);
}

void ShortestFirst::blocked(CpuId, Entity& entity, Instant) {
  auto& state = entity.state<BurstState>();
  state.average = (state.done + state.average) / 2;
  state.done = {};
}

Verdict ShortestFirst::decide(CpuId cpu, Entity& running, Instant now) {
  return should_preempt(cpu, running, now) ? Verdict::preempt : Verdict::keep;
}

bool ShortestFirst::displaces(const Entity& ready, const Entity& running, Instant now) const {
  return remaining(ready) < remaining_of_running(running, now);
}

bool ShortestFirst::yields_before(const Entity& a, const Entity& b, Instant now) const {
  return remaining_of_running(a, now) > remaining_of_running(b, now);
}

Duration ShortestFirst::work(CpuId cpu, Duration ran) const {
  const std::uint16_t capacity = view().topology().place(cpu).capacity;
  return capacity == CpuPlace::full_capacity ? ran : ran * capacity / CpuPlace::full_capacity;
}

Duration ShortestFirst::remaining(const Entity& entity) const {
  const auto& state = entity.state<BurstState>();
  const bool is_declared = predict_ == Predict::oracle && entity.expected_burst > Duration();
  const Duration whole = is_declared ? entity.expected_burst : state.average;
  return std::max(Duration(), whole - state.done);
}

Duration ShortestFirst::remaining_of_running(const Entity& running, Instant now) const {
  return std::max(Duration(), remaining(running) - work(running.cpu, unaccounted(running, now)));
}

std::vector<PolicyOption> shortest_first_options() {
  return {word_option("predict", {"oracle", "ewma"}, "burst lengths: as declared, or the average of past ones"),
          time_option("first_guess", 10_ms, 1_us, 10_s, "the burst predicted of who never ran")};
}

std::unique_ptr<Policy> make_shortest_first(const OptionValues& options, SchedulerView& view,
                                            ShortestFirst::OnShorter on_shorter) {
  const bool is_oracle = options.get<std::string>("predict") == "oracle";
  return std::make_unique<ShortestFirst>(view, on_shorter,
                                         is_oracle ? ShortestFirst::Predict::oracle : ShortestFirst::Predict::ewma,
                                         options.get<Duration>("first_guess"));
}

}  // namespace signalbox
