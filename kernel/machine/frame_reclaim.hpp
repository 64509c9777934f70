#pragma once

#include <cstdint>

#include "kernel/machine/machine_memory.hpp"
#include "kernel/mm/shortage/direct_reclaim.hpp"
#include "kernel/mm/shortage/oom.hpp"
#include "kernel/task/caller.hpp"

namespace signalbox {

class Machine;

// Gets frames back when they run short, step by step as kernel/mm/shortage says: in the thread that lacks one, in the
// background by kswapd, and by killing a process when nothing else is left.
class FrameReclaim {
 public:
  FrameReclaim(Machine& machine, MachineMemory& memory);

  // The caller lacks a frame: goes on with the effort until it is worth trying again. False: there will be none,
  // because nobody may be killed.
  bool make_room(Caller& caller, DirectReclaim& effort);
  // Wakes kswapd if it is wanted. It is a thread as all others, of a process of init, and is made when it is wanted for
  // the first time.
  void wake_background();

  // Sleeps until the page is not busy, or the time has come.
  void wait_for(Caller& caller, FrameNumber page, Instant until = Instant::max());
  // Sleeps until the page's write that is under way has ended, though others may begin one after the other.
  void wait_for_write(Caller& caller, FrameNumber page);

 private:
  // A step as far as it is the thread's to do: nothing in it has to be destroyed, for its thread may end in its sleep.
  struct Round {
    ReclaimStep::Next next = ReclaimStep::Next::again;
    FrameNumber page;
    Duration at_most;
  };
  template <class Step>
  Round round(Caller& caller, Step step);

  bool kill_for_memory(Caller& caller);
  OomChoice choose_victim(const Process& asker) const;
  void kill(Process& victim);
  void run_background(Caller& caller);

  Machine& machine_;
  MachineMemory& memory_;
  WaitQueue background_;
  bool has_background_ = false;
};

}  // namespace signalbox
