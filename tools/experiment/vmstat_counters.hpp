#pragma once

#include <string>

#include "kernel/machine/machine_memory.hpp"

namespace signalbox {

// What /proc/vmstat says, by the names and in the order of Linux 6.1 (vmstat_text of mm/vmstat.c): the counters that an
// emulated machine has. Those of a zone, of NUMA and of huge pages are left out.
std::string vmstat_counters_text(MachineMemory& machine);

}  // namespace signalbox
