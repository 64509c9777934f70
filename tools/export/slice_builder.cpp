#include "tools/export/slice_builder.hpp"

#include <algorithm>

namespace signalbox {

TraceKinds SliceBuilder::wanted() {
  using enum TraceKind;
  return bit(machine_started) | bit(thread_created) | bit(thread_ready) | bit(thread_blocked) | bit(run_begin) |
         bit(run_end) | bit(thread_exited);
}

void SliceBuilder::feed(const TraceEvent& event) {
  switches_.feed(event);
  if (event.kind == TraceKind::thread_created) {
    const auto index = static_cast<std::size_t>(event.thread.value());
    if (index >= open_.size()) open_.resize(index + 1);
    open_[index] = {};
  } else if (event.kind == TraceKind::thread_ready) {
    if (open(event.thread).state == SliceState::running) return;
    change(event.thread, {.since = event.when, .state = SliceState::ready});
  } else if (event.kind == TraceKind::thread_blocked) {
    on_blocked(event);
  } else if (event.kind == TraceKind::thread_exited) {
    if (open(event.thread).state == SliceState::running) return;  // its switch follows
    change(event.thread, {.since = event.when});
  }
}

void SliceBuilder::on_blocked(const TraceEvent& event) {
  if (open(event.thread).state == SliceState::running) return;  // its switch follows
  change(event.thread,
         {.since = event.when, .state = SliceState::blocked, .wait = static_cast<WaitKind>(event.detail)});
}

void SliceBuilder::on_switch(const SwitchFact& fact) {
  if (fact.prev != Tid()) {
    Open next{.since = fact.when};
    if (fact.left == LeftState::blocked) {
      next.state = SliceState::blocked;
      next.wait = fact.wait;
    } else if (fact.left != LeftState::exited) {
      next.state = SliceState::ready;
    }
    change(fact.prev, next, fact.cpu, fact.reason);
  }
  if (fact.next != Tid()) change(fact.next, {.since = fact.when, .state = SliceState::running});
}

void SliceBuilder::change(Tid thread, Open next, CpuId cpu, SwitchReason reason) {
  Open& was = open(thread);
  if (was.state != SliceState::absent && next.since > was.since) {
    visitor_.on_slice({.thread = thread,
                       .state = was.state,
                       .begin = was.since,
                       .end = next.since,
                       .cpu = cpu,
                       .reason = reason,
                       .wait = was.wait});
  }
  was = next;
}

SliceBuilder::Open& SliceBuilder::open(Tid thread) {
  const auto index = static_cast<std::size_t>(thread.value());
  CHECK(index < open_.size(), "a thread's first event is its creation");
  return open_[index];
}

void SliceBuilder::finish(Instant end) {
  switches_.finish(end);
  for (std::size_t index = 0; index < open_.size(); ++index) {
    change(Tid(static_cast<Tid::Value>(index)), {.since = end});
  }
}

}  // namespace signalbox
