#pragma once

#include <cstdint>

#include "kernel/mm/mmu.hpp"
#include "tools/memory/page_pattern.hpp"

namespace signalbox {

// A CPU and what runs on it: processes that take turns, each with the same pattern of accesses in memory of its own.
struct TlbRequest {
  MmuConfig mmu = {};
  const PageFormat* format = &x86_64_format();
  PageSize page = PageSize::small;
  PagePattern pattern = {};
  std::uint64_t accesses = 100'000;  // of each
  unsigned processes = 2;
  std::uint64_t switch_every = 1000;  // accesses
  std::uint64_t seed = 1;
};

// Who takes turns.
enum class Turns : std::uint8_t {
  none,      // nobody: each process runs to its end on a CPU that knows nothing
  threads,   // threads of one process: one address space, other pages each
  tagged,    // processes, on a CPU whose TLB knows six of them apart (PCID)
  untagged,  // processes, and every switch forgets all
};

struct TlbCounts {
  MmuCounters mmu = {};
  std::uint64_t switches = 0;
  std::uint64_t entries_lost = 0;  // TLB entries that switches made invalid

  TlbCounts& operator+=(const TlbCounts& other);
  bool operator==(const TlbCounts&) const = default;
};

// Makes every access through an MMU, on page tables in emulated RAM. Requires what check_request() lets pass.
TlbCounts run_turns(const TlbRequest& request, Turns turns);
// The first process alone.
TlbCounts run_alone(const TlbRequest& request);

// How many frames all processes' pages take; at most most_frames() of the format.
std::uint64_t frames_of(const TlbRequest& request);
std::uint64_t most_frames(const PageFormat& format);

}  // namespace signalbox
