#pragma once

#include <cstdint>

#include "kernel/mm/frame.hpp"
#include "kernel/mm/shortage/block_request.hpp"

namespace signalbox {

// What memory management did for a fault or a call, to be paid for.
struct MemoryWork {
  std::uint32_t pages_mapped = 0;  // entries written, those of neighbours included
  std::uint32_t pages_zeroed = 0;
  std::uint32_t pages_copied = 0;
  std::uint32_t tables_made = 0;
  std::uint32_t entries_copied = 0;  // for a child

  MemoryWork& operator+=(const MemoryWork& other);
  bool operator==(const MemoryWork&) const = default;
};

// What a fault needs next. mm never waits: whoever executes the plan does, and after any sleep asks again, because the
// world may have changed. No plan outlives a sleep.
struct FaultPlan {
  enum class Step : std::uint8_t {
    retry,            // the page is there: make the access again
    read,             // hand `request` to its device, wait until its frame is not busy, ask again: a major fault
    wait,             // wait until `request.frame` is not busy, ask again: somebody else reads or writes it
    reclaim,          // there is no frame: reclaim some, ask again
    segv_no_mapping,  // SIGSEGV, SEGV_MAPERR
    segv_no_right,    // SIGSEGV, SEGV_ACCERR
    bus_error,        // SIGBUS, BUS_ADRERR: beyond the object's end; or what swap or file had is lost
  };

  Step step = Step::retry;
  BlockRequest request = {};
  MemoryWork work = {};  // done by this step
};

}  // namespace signalbox
