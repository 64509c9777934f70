#pragma once

#include "kernel/machine/frame_reclaim.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

// Has dirty pages of files written back, as kernel/mm/shortage says (`WriteBack`): by a kernel thread that is scheduled
// as any other, and made when the first page is dirtied. Whoever dirties too much waits for it.
class Flusher {
 public:
  Flusher(Machine& machine, MachineMemory& memory, FrameReclaim& reclaim);

  // Pages may have become dirty, or reclaim wants them written: wakes the thread if there is something for it.
  void wake();
  // The caller has dirtied pages: waits while there are too many dirty ones (balance_dirty_pages).
  void throttle(Caller& caller);

 private:
  struct Round {
    ReclaimStep::Next next = ReclaimStep::Next::sleep;
    FrameNumber page;
    Duration at_most;
  };

  void run(Caller& caller);
  Round round(Caller& caller);

  Machine& machine_;
  MachineMemory& memory_;
  FrameReclaim& reclaim_;
  WaitQueue queue_;     // the thread's own
  WaitQueue progress_;  // of those who wait until it has begun writes
  bool is_made_ = false;
  bool is_idle_ = false;  // it sleeps without an end
};

}  // namespace signalbox
