#pragma once

#include "kernel/machine/block_device.hpp"
#include "kernel/mm/asid_slots.hpp"
#include "kernel/mm/mmu.hpp"
#include "kernel/mm/paging/main_memory.hpp"

namespace signalbox {

// What a machine with memory has of it.
struct MemoryHardware {
  MemoryConfig main = {};
  MmuConfig mmu = {};  // of each CPU
  AsidSlots::Tags tags = AsidSlots::Tags::pcid;
  BlockDeviceTimes disk = {};  // of the two that swap and files are on
};

}  // namespace signalbox
