#pragma once

#include <cstdint>

namespace signalbox {

class Mmu;

// What a thread has of emulated memory for itself. Its mappings are its process's.
struct ThreadMemory {
  // So many accesses are paid for at once.
  static constexpr std::uint32_t block = 1024;

  Mmu* mmu = nullptr;  // of the CPU that it runs on: another one after whatever may suspend; null: it has no memory
  std::uint32_t budget = block - 1;  // so many accesses more before it pays; while it runs, its MMU knows
  std::uint32_t walk_accesses = 0;   // to page tables, that it has not paid for
  std::uint32_t heap_cache = 0;      // its cache in its process's heap (alloc::CacheHandle)
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;  // those that waited for a device
};

}  // namespace signalbox
