#pragma once

#include <optional>

#include "kernel/machine/flusher.hpp"
#include "kernel/machine/frame_reclaim.hpp"
#include "kernel/machine/khugepaged.hpp"
#include "kernel/machine/machine_memory.hpp"
#include "kernel/mm/paging/file_pages.hpp"
#include "kernel/task/pager.hpp"

namespace signalbox {

class Machine;

// Executes what memory management plans for the running thread: waits for devices, has frames reclaimed, charges whom
// it serves. After any sleep the next step is asked for anew, because the world may have changed.
class Paging final : public Pager {
 public:
  Paging(Machine& machine, MachineMemory& memory)
      : machine_(machine),
        memory_(memory),
        reclaim_(machine, memory),
        flusher_(machine, memory, reclaim_),
        khugepaged_(machine, memory, reclaim_) {}

  FaultEnd resolve(Caller& caller, PageFault fault) override;
  bool resolve_at_once(Thread& thread, const PageFault& fault) override;
  Result<void> populate(Caller& caller, PageRange range) override;
  void begin_requests() override;
  std::uint64_t refused_frames() const override { return memory_.main().frames().refused(); }
  bool reclaim(Caller& caller, std::optional<DirectReclaim>& effort) override;
  Result<void> replace_space(Caller& caller) override;
  MainMemory& memory() override { return memory_.main(); }
  int ram_descriptor() const override { return memory_.ram_descriptor(); }

  // Has a page of a file in memory, and begins to read those up to `last`. Errno::enomem: there is no frame for it.
  Result<void> bring_in(Caller& caller, FilePages& pages, std::uint64_t page, std::uint64_t last);
  void throttle(Caller& caller) { flusher_.throttle(caller); }
  void wake_flusher() { flusher_.wake(); }
  void wait_for_write(Caller& caller, FrameNumber page) { reclaim_.wait_for_write(caller, page); }

 private:
  void run_with_room(void (*body)(void*), void* argument) override;
  // What became of a page that is wanted.
  struct Outcome {
    FaultPlan::Step step = FaultPlan::Step::retry;  // retry: it is there; reclaim: there is no frame and will be none
    FaultKind kind = FaultKind::minor;
    bool was_there = false;  // all the time
  };
  template <class Ask>
  FaultPlan next_plan(Ask& ask);
  template <class Ask>
  Outcome follow(Caller& caller, Ask ask);
  void note_fault(const Thread& thread, const PageFault& fault, FaultKind kind);
  Result<void> populate_page(Caller& caller, VirtAddr page);

  Machine& machine_;
  MachineMemory& memory_;
  FrameReclaim reclaim_;
  Flusher flusher_;
  Khugepaged khugepaged_;
};

}  // namespace signalbox
