#pragma once

#include "kernel/mm/proc/mapping_use.hpp"
#include "kernel/mm/proc/pagemap_entry.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {

class MainMemory;
class UserSpace;

// What /proc/PID/smaps says of a VMA (proc(5), smaps_account of fs/proc/task_mmu.c, 6.1).
MappingUse mapping_use(const MainMemory& memory, const UserSpace& space, const Vma& vma);

// What /proc/PID/pagemap says of a page, with the frame's number as for root. Never soft-dirty.
PagemapPage pagemap_page(const MainMemory& memory, const UserSpace& space, VirtAddr page);

}  // namespace signalbox
