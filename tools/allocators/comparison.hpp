#pragma once

#include <vector>

#include "kernel/alloc/rivals/registry.hpp"
#include "tools/allocators/allocation_trace.hpp"
#include "tools/allocators/emulated_process.hpp"

namespace signalbox {

// Which bytes of a block the program writes when it gets it: one in each page of it, its first, or none.
enum class BlockTouch : std::uint8_t { all, first, none };

struct AllocatorRequest {
  AllocationTrace trace = {};
  std::vector<const alloc::AllocatorRow*> allocators = {};
  CostModel costs = {};
  std::string machine = {};
  unsigned cpus = 1;
  std::uint64_t ram_bytes = std::uint64_t{1} << 30U;
  unsigned samples = 50;
  BlockTouch touch = BlockTouch::all;
  std::uint64_t seed = 1;
};

// The heap at a time, in bytes. A heap's requested <= allocated <= active <= mapped; resident is what the processes
// have in frames, the allocator's metadata included.
struct HeapSample {
  Instant at;
  std::uint64_t step = 0;
  std::uint64_t requested = 0;
  std::uint64_t allocated = 0;
  std::uint64_t active = 0;
  std::uint64_t mapped = 0;
  std::uint64_t retained = 0;
  std::uint64_t cached = 0;
  std::uint64_t metadata = 0;
  std::uint64_t resident = 0;
};

// How one allocator did.
struct AllocatorRun {
  const alloc::AllocatorRow* row = nullptr;
  std::vector<HeapSample> samples;
  HeapSample peak;  // after the step at which most was requested; of a run that ended before, its fullest sample
  HeapSample last;
  std::uint64_t peak_requested = 0;
  std::uint64_t peak_resident = 0;
  ProcessCounts counts;
  Duration time;    // without pauses
  Duration paused;  // in the trace's pauses, and until its steps' times
  std::uint64_t locks = 0;
  std::uint64_t tlb_misses = 0;
  std::uint64_t mappings = 0;  // VMAs at the end
  std::uint64_t steps = 0;     // that were done
  std::vector<alloc::AllocatorCount> own_counts;
  std::string ended;  // why it did not come to the end of the trace; empty: it did
};

// Every allocator on the same trace, each on a machine of its own.
std::vector<AllocatorRun> compare_allocators(const AllocatorRequest& request);

}  // namespace signalbox
