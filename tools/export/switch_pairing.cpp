#include "tools/export/switch_pairing.hpp"

#include <algorithm>

namespace signalbox {

namespace {

LeftState left_state(SwitchReason reason) {
  switch (reason) {
    using enum SwitchReason;
    case slice_expired:
    case preempted:
    case interrupted:
      return LeftState::preempted;
    case yielded:
    case stopped:
      return LeftState::ready;
    case blocked:
    case slept:
    case memory_shortage:
      return LeftState::blocked;
    case exited:
      return LeftState::exited;
  }
  return LeftState::ready;
}

}  // namespace

void SwitchPairing::feed(const TraceEvent& event) {
  if (!leaving_.empty()) {
    if (event.when > leaving_since_) {
      flush();
    } else if (concerns_elsewhere(event)) {
      flush(event.thread);
    }
  }
  if (event.kind == TraceKind::run_begin) {
    on_begin(event);
  } else if (event.kind == TraceKind::run_end) {
    on_end(event);
  } else if (event.kind == TraceKind::thread_blocked) {
    Cpu& cpu = at(event.cpu);
    if (cpu.thread == event.thread) cpu.wait = static_cast<WaitKind>(event.detail);
  } else if (event.kind == TraceKind::machine_started) {
    cpus_.resize(event.a);
  }
}

// Whether the thread is woken or taken by another CPU at the very instant at which it leaves one: readers must see it
// leave first.
bool SwitchPairing::concerns_elsewhere(const TraceEvent& event) const {
  if (event.kind == TraceKind::run_begin) return at(event.cpu).thread != event.thread;
  return event.kind == TraceKind::thread_ready || event.kind == TraceKind::thread_migrated;
}

void SwitchPairing::on_begin(const TraceEvent& event) {
  Cpu& cpu = at(event.cpu);
  CHECK(cpu.thread == Tid() || cpu.is_leaving, "a CPU runs one thread at a time");
  if (cpu.is_leaving) {
    cpu.is_leaving = false;
    std::erase(leaving_, event.cpu);
    const bool goes_on = cpu.thread == event.thread && cpu.left != LeftState::blocked;
    if (goes_on) return;
  }
  go(event.cpu, event.thread, event.when);
}

void SwitchPairing::on_end(const TraceEvent& event) {
  Cpu& cpu = at(event.cpu);
  CHECK(cpu.thread == event.thread && !cpu.is_leaving, "only who runs on a CPU leaves it");
  cpu.is_leaving = true;
  cpu.reason = static_cast<SwitchReason>(event.detail);
  cpu.left = left_state(cpu.reason);
  if (cpu.reason == SwitchReason::slept) cpu.wait = WaitKind::time;
  if (cpu.reason == SwitchReason::memory_shortage) cpu.wait = WaitKind::memory;
  leaving_.push_back(event.cpu);
  leaving_since_ = event.when;
}

void SwitchPairing::flush() {
  for (const CpuId id : leaving_) {
    at(id).is_leaving = false;
    go(id, Tid(), leaving_since_);
  }
  leaving_.clear();
}

void SwitchPairing::flush(Tid thread) {
  const auto found = std::ranges::find(leaving_, thread, [&](CpuId id) { return at(id).thread; });
  if (found == leaving_.end()) return;
  const CpuId id = *found;
  leaving_.erase(found);
  at(id).is_leaving = false;
  go(id, Tid(), leaving_since_);
}

void SwitchPairing::go(CpuId id, Tid next, Instant when) {
  Cpu& cpu = at(id);
  SwitchFact fact{.when = when, .cpu = id, .prev = cpu.thread, .next = next};
  if (cpu.thread != Tid()) {
    fact.left = cpu.left;
    fact.reason = cpu.reason;
    fact.wait = cpu.wait;
  }
  cpu.thread = next;
  visitor_.on_switch(fact);
}

void SwitchPairing::finish(Instant end) {
  flush();
  for (std::size_t index = 0; index < cpus_.size(); ++index) {
    Cpu& cpu = cpus_[index];
    if (cpu.thread == Tid()) continue;
    cpu.left = LeftState::ready;
    cpu.reason = SwitchReason::stopped;
    go(CpuId(static_cast<CpuId::Value>(index)), Tid(), end);
  }
}

}  // namespace signalbox
