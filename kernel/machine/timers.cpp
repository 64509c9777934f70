#include "kernel/machine/timers.hpp"

#include <algorithm>

namespace signalbox {
namespace {

constexpr unsigned turn_bits = 32;

Tid thread_number(std::uint64_t payload) { return Tid(static_cast<Tid::Value>(payload >> turn_bits)); }

}  // namespace

Timers::Timers(Simulation& simulation, const ProcessTable& table, ThreadHost& host)
    : simulation_(simulation), table_(table), host_(host) {}

void Timers::arm(Thread& thread, Instant deadline) {
  // Turns are unique among all threads, so that a thread with a reused number is not woken by its predecessor's.
  thread.sleep_turn = ++next_turn_;
  const auto number = static_cast<std::uint64_t>(thread.tid.value());
  simulation_.schedule(std::max(deadline, simulation_.now()), *this, (number << turn_bits) | thread.sleep_turn);
}

void Timers::on_event(std::uint64_t payload) {
  Thread* thread = find(payload);
  if (thread == nullptr || thread->state != ThreadState::blocked) return;
  if (thread->sleep_turn != static_cast<std::uint32_t>(payload)) return;
  host_.wake(*thread, WakeReason::timed_out);
}

void Timers::prefetch(std::uint64_t payload, Lookahead lookahead) const {
  if (lookahead == Lookahead::far) return table_.prefetch_number(thread_number(payload));
  const Thread* thread = find(payload);
  if (thread == nullptr) return;
  lookahead == Lookahead::middle ? thread->prefetch_for_event() : thread->context.prefetch();
}

Thread* Timers::find(std::uint64_t payload) const { return table_.find_thread(thread_number(payload)); }

}  // namespace signalbox
