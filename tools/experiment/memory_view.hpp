#pragma once

#include "kernel/machine/machine.hpp"
#include "kernel/mm/proc/memory_counts.hpp"
#include "kernel/mm/proc/status_text.hpp"

namespace signalbox {

// The plain counts that the texts of kernel/mm/proc are made of, taken from a machine as it is now.

// All RAM is managed: the emulated kernel itself takes none; there are no pages of block devices.
MemoryCounts memory_counts(MachineMemory& memory);
ResidentCounts resident_counts(const UserSpace& space);

}  // namespace signalbox
