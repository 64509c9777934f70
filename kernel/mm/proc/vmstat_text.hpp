#pragma once

#include <cstdint>
#include <string>

#include "kernel/base/time.hpp"
#include "kernel/mm/proc/memory_counts.hpp"

namespace signalbox {

// What a machine did in an interval, and how it stands at its end: a line of vmstat(8).
struct VmstatSample {
  std::uint64_t runnable = 0;     // threads that run or wait for a CPU
  std::uint64_t blocked = 0;      // threads that wait for a device
  MemoryCounts memory = {};       // at the end; total, free, buffers, cached, slab_reclaimable and swap matter
  std::uint64_t swapped_in = 0;   // pages
  std::uint64_t swapped_out = 0;  // pages
  std::uint64_t read_bytes = 0;   // from block devices, swapping among it
  std::uint64_t written_bytes = 0;
  std::uint64_t interrupts = 0;
  std::uint64_t switches = 0;
  Duration user = {};  // of all CPUs together, as the others
  Duration system = {};
  Duration idle = {};  // without a thread that waits for a device
  Duration waiting = {};
  Duration stolen = {};
  Duration interval = {};  // how long it was
};

// The two lines above.
std::string vmstat_header();
// One line, as vmstat(8) of procps 4.0.2 writes it: memory in KiB, rates a second, shares in percent.
std::string vmstat_line(const VmstatSample& sample);

}  // namespace signalbox
