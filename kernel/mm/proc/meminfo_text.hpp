#pragma once

#include <string>

#include "kernel/mm/proc/memory_counts.hpp"

namespace signalbox {

// What /proc/meminfo says, by the names and in the order and width of Linux 6.1: the lines that an emulated machine has
// something to say in. Left out are highmem, zswap, NFS, bounce buffers, FUSE, vmalloc, per-CPU areas, hardware errors,
// CMA, hugetlbfs and the kernel's own mapping.
std::string meminfo_text(const MemoryCounts& counts);

}  // namespace signalbox
