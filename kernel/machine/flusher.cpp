#include "kernel/machine/flusher.hpp"

#include <utility>

#include "kernel/machine/machine.hpp"

namespace signalbox {
namespace {

// As long as a dirtier sleeps at most before it looks again (MAX_PAUSE, mm/page-writeback.c: HZ / 5).
constexpr Duration longest_pause = 200_ms;

}  // namespace

Flusher::Flusher(Machine& machine, MachineMemory& memory, FrameReclaim& reclaim)
    : machine_(machine),
      memory_(memory),
      reclaim_(reclaim),
      queue_(WaitLabel{WaitKind::memory, machine.simulation().trace().intern("flusher"), OnSignal::sleeps_on}),
      progress_(WaitLabel{WaitKind::memory, machine.simulation().trace().intern("dirty pages"), OnSignal::sleeps_on}) {}

void Flusher::wake() {
  const Shortage& shortage = memory_.main().shortage();
  if (shortage.writes().dirty() == 0) return;
  if (is_made_) {
    if (is_idle_ || shortage.write_back().is_wanted()) queue_.wake(Waiters::all);
    return;
  }
  ThreadRequest request;
  request.program = [this](Caller& caller) {
    run(caller);
    return 0;
  };
  request.name = machine_.trace().intern("kworker/flush");
  request.attributes = SchedAttributes();
  request.affinity = AffinityId();
  request.group = TaskGroupId();
  request.is_of_kernel = true;
  is_made_ = machine_.spawn(std::move(request)).has_value();
}

// Where nothing is being written yet, the thread has to come first.
void Flusher::throttle(Caller& caller) {
  wake();
  const WriteBack& write_back = memory_.main().shortage().write_back();
  while (write_back.is_over_limit() && !caller.thread().is_unwinding) {
    const std::optional<FrameNumber> page = write_back.wait_of_dirtier();
    const Instant until = caller.now() + longest_pause;
    if (page) {
      reclaim_.wait_for(caller, *page, until);
    } else {
      caller.sleep_on(progress_, until);
    }
    wake();
  }
}

Flusher::Round Flusher::round(Caller& caller) {
  Round round;
  machine_.dispatcher().with_room([&] {
    const ReclaimStep made = memory_.main().shortage().write_back().step(caller.now());
    for (const BlockRequest& write : made.writes) memory_.submit(write);
    round = {made.next, made.page, made.at_most};
  });
  progress_.wake(Waiters::all);
  return round;
}

// wb_workfn: what is due, then a sleep of dirty_writeback_centisecs while anything is dirty.
void Flusher::run(Caller& caller) {
  Shortage& shortage = memory_.main().shortage();
  while (true) {
    const Round made = round(caller);
    if (made.next == ReclaimStep::Next::wait) {
      reclaim_.wait_for(caller, made.page, caller.now() + made.at_most);
      continue;
    }
    is_idle_ = shortage.writes().dirty() == 0;
    const Instant until = is_idle_ ? Instant::max() : caller.now() + shortage.write_back().config().wake;
    caller.sleep_on(queue_, until);
    is_idle_ = false;
  }
}

}  // namespace signalbox
