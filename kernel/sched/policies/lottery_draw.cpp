#include "kernel/sched/policies/lottery_draw.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

struct LotteryState {
  Duration used;  // of its quantum
};

}  // namespace

LotteryDraw::LotteryDraw(SchedulerView& view, Prng random, DrawRules rules)
    : GlobalQueuePolicy(view, OnReady::waits), ready_(view.affinities(), cpu_range()), random_(random), rules_(rules) {}

void LotteryDraw::join(Entity& entity, Instant) { entity.emplace_state<LotteryState>(); }

void LotteryDraw::enqueue(CpuId cpu, Entity& entity, EnqueueReason why, Instant now) {
  ready_.of(entity).add(entity, tickets(entity, why));
  note_queued(cpu, entity, why, now);
}

Entity* LotteryDraw::pick_next(CpuId cpu, Instant now) {
  std::uint64_t total = 0;
  for (const TicketTree* const queue : ready_.of_cpu(cpu)) total += queue->total();
  if (total == 0) return note_picked(cpu, nullptr, now);
  Entity& winner = holder(cpu, random_.below(total));
  ready_.of(winner).remove(winner);
  winner.state<LotteryState>().used = {};
  if (rules_.are_equal) prefetch_next();
  return note_picked(cpu, &winner, now);
}

// Of 100,000, who is drawn next is in no cache of the host's. The draw is made twice, here on a copy: as many as now
// will be ready again when somebody else has come.
void LotteryDraw::prefetch_next() const {
  Prng ahead = random_;
  ready_.shared().prefetch(ahead.below(ready_.shared().total() + 1));
}

void LotteryDraw::account(CpuId, Entity& entity, Duration ran, Instant) { entity.state<LotteryState>().used += ran; }

Verdict LotteryDraw::decide(CpuId cpu, Entity& running, Instant now) {
  auto& state = running.state<LotteryState>();
  if (state.used < rules_.quantum) return Verdict::keep;
  // The running one takes part in the draw, so it is put back even though it may win again.
  if (first_ready(cpu, now) != nullptr) return Verdict::preempt;
  state.used = {};
  return Verdict::keep;
}

Instant LotteryDraw::next_decision(CpuId, const Entity& running, Instant now) const {
  return now + (rules_.quantum - running.state<LotteryState>().used);
}

const Entity* LotteryDraw::first_ready(CpuId cpu, Instant) const {
  for (const TicketTree* const queue : ready_.of_cpu(cpu)) {
    if (!queue->empty()) return &queue->holder(0);
  }
  return nullptr;
}

std::uint64_t LotteryDraw::tickets(const Entity& entity, EnqueueReason why) const {
  if (rules_.are_equal) return 1;
  const Duration used = entity.state<LotteryState>().used;
  const bool gave_up = why == EnqueueReason::woken || why == EnqueueReason::yielded;
  const bool is_owed = rules_.compensates && gave_up && used > Duration() && used < rules_.quantum;
  return is_owed ? static_cast<std::uint64_t>(entity.weight * rules_.quantum / used) : entity.weight;
}

Entity& LotteryDraw::holder(CpuId cpu, std::uint64_t number) const {
  for (const TicketTree* const queue : ready_.of_cpu(cpu)) {
    if (number < queue->total()) return queue->holder(number);
    number -= queue->total();
  }
  check_failed("number < total", "a draw among all tickets finds a holder");
}

}  // namespace signalbox
