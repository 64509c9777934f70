#include "kernel/machine/frame_reclaim.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "kernel/base/signal.hpp"
#include "kernel/machine/machine.hpp"
#include "kernel/task/oom_score.hpp"

namespace signalbox {
namespace {

// How long somebody waits for a victim's memory before looking again, if the victim does not end sooner: a tick of
// Linux at 250 Hz (__alloc_pages_may_oom, schedule_timeout_uninterruptible(1)).
constexpr Duration patience = 4_ms;

}  // namespace

FrameReclaim::FrameReclaim(Machine& machine, MachineMemory& memory)
    : machine_(machine),
      memory_(memory),
      background_(WaitLabel{WaitKind::memory, machine.simulation().trace().intern("kswapd"), OnSignal::sleeps_on}) {}

// Makes the step where there is room for it, begins its writes and pays for it.
template <class Step>
FrameReclaim::Round FrameReclaim::round(Caller& caller, Step step) {
  Round round;
  std::uint32_t scanned = 0;
  machine_.dispatcher().with_room([&] {
    const ReclaimStep made = step();
    for (const BlockRequest& write : made.writes) memory_.submit(write);
    round = {made.next, made.page, made.at_most};
    scanned = made.scanned;
  });
  caller.charge(memory_.spend(machine_.costs().page_scan * scanned));
  return round;
}

bool FrameReclaim::make_room(Caller& caller, DirectReclaim& effort) {
  wake_background();
  while (true) {
    const Round made = round(caller, [&] { return effort.step(); });
    switch (made.next) {
      using enum ReclaimStep::Next;
      case again:
        break;
      case wait:
        wait_for(caller, made.page, caller.now() + made.at_most);
        break;
      case out_of_memory:
        return kill_for_memory(caller);
      case allocate:
      case sleep:
        return true;
    }
  }
}

void FrameReclaim::wait_for(Caller& caller, FrameNumber page, Instant until) {
  while (memory_.main().is_busy(page) && caller.now() < until && !caller.thread().is_unwinding) {
    caller.sleep_on(memory_.page_waiters(page), until);
  }
}

void FrameReclaim::wait_for_write(Caller& caller, FrameNumber page) {
  const PageWrites& writes = memory_.main().shortage().writes();
  const std::uint32_t begun = writes.begun(page);
  while (writes.is_written(page) && writes.begun(page) == begun && !caller.thread().is_unwinding)
    caller.sleep_on(memory_.page_waiters(page));
}

// Whether it is worth trying again.
bool FrameReclaim::kill_for_memory(Caller& caller) {
  OomChoice choice;
  machine_.dispatcher().with_room([&] {
    choice = choose_victim(caller.process());
    if (choice.what == OomChoice::What::kill) kill(*machine_.processes().find_process(choice.victim));
  });
  if (choice.what == OomChoice::What::nobody) return false;
  caller.sleep_on(memory_.frame_waiters(), caller.now() + patience);
  return true;
}

// Whoever has its fixed number of frames, and none to give up, gets no other one by the end of anybody else.
OomChoice FrameReclaim::choose_victim(const Process& asker) const {
  MainMemory& main = memory_.main();
  const std::optional<std::uint32_t> allowed = main.allowance(asker.space_id);
  const bool is_asker = allowed && main.shortage().frames_of(asker.space_id) >= *allowed;
  std::vector<OomCandidate> candidates;
  machine_.processes().for_each_process([&](const Process& process) {
    if (process.space != nullptr && (!is_asker || &process == &asker)) candidates.push_back(oom_candidate(process));
  });
  return choose_oom_victim(candidates, std::uint64_t{main.frames().frames()} + main.swap().slots());
}

void FrameReclaim::kill(Process& victim) {
  victim.is_oom_victim = true;
  memory_.note_oom_kill(victim);
  machine_.trace().emit({.when = machine_.simulation().now(),
                         .thread = Tid(victim.pid.value()),
                         .kind = TraceKind::signal_posted,
                         .detail = static_cast<std::uint8_t>(Signal::sigkill)});
  machine_.lifecycle().end_process(victim, WaitStatus::killed_by(static_cast<int>(Signal::sigkill)));
}

void FrameReclaim::wake_background() {
  if (!memory_.main().shortage().background().is_wanted()) return;
  if (has_background_) return background_.wake(Waiters::all);
  ThreadRequest request;
  request.program = [this](Caller& caller) {
    run_background(caller);
    return 0;
  };
  request.name = machine_.trace().intern("kswapd0");
  request.attributes = SchedAttributes();
  request.affinity = AffinityId();
  request.group = TaskGroupId();
  request.is_of_kernel = true;
  has_background_ = machine_.spawn(std::move(request)).has_value();
}

void FrameReclaim::run_background(Caller& caller) {
  while (true) {
    const Round made = round(caller, [&] { return memory_.main().shortage().background().step(); });
    machine_.paging().wake_flusher();
    switch (made.next) {
      using enum ReclaimStep::Next;
      case wait:
        wait_for(caller, made.page, caller.now() + made.at_most);
        break;
      case sleep:
        caller.sleep_on(background_);
        break;
      case again:
      case allocate:
      case out_of_memory:
        machine_.dispatcher().return_to_user(caller.thread());  // cond_resched
        break;
    }
  }
}

}  // namespace signalbox
