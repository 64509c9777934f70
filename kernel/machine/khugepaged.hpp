#pragma once

#include "kernel/machine/frame_reclaim.hpp"
#include "kernel/wait/wait_queue.hpp"

namespace signalbox {

// Has small pages made huge ones in the background, as kernel/mm/paging says (`HugePageScan`): by a kernel thread that
// is scheduled as any other, at nice 19, and made when the first mapping has room for a huge page.
class Khugepaged {
 public:
  Khugepaged(Machine& machine, MachineMemory& memory, FrameReclaim& reclaim)
      : machine_(machine), memory_(memory), reclaim_(reclaim) {}

  // Mappings may have changed: wakes the thread if it rests and there is something for it.
  void wake() {
    if (!is_at_work_ && memory_.main().huge_page_scan().has_work()) [[unlikely]]
      begin();
  }

 private:
  struct Round {
    HugePageScan::Step::Next next = HugePageScan::Step::Next::rest;
    FrameNumber page;
    Duration pause;
  };

  void begin();
  void run(Caller& caller);
  Round round(Caller& caller);

  Machine& machine_;
  MachineMemory& memory_;
  FrameReclaim& reclaim_;
  bool is_made_ = false;
  bool is_at_work_ = false;  // or sleeps for a time
};

}  // namespace signalbox
