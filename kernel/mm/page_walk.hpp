#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "kernel/mm/page_format.hpp"

namespace signalbox {

enum class Access : std::uint8_t { read, write, execute };

// What all entries on the way to a page allow.
struct PageRights {
  bool writable = true;
  bool user = true;
  bool executable = true;

  bool allow(Access access) const {
    return user && (access != Access::write || writable) && (access != Access::execute || executable);
  }
  PageRights narrowed_by(PageEntry entry) const {
    return {.writable = writable && entry.has(page_bit::writable),
            .user = user && entry.has(page_bit::user),
            .executable = executable && !entry.has(page_bit::no_execute)};
  }
  bool operator==(const PageRights&) const = default;
};

// Where a walk begins: at the root, or further down if a walk cache knows the way.
struct WalkStart {
  PhysAddr table;
  unsigned level = 0;
  PageRights rights = {};
};

// One memory access of a walk.
struct WalkStep {
  unsigned level = 0;
  PhysAddr slot;  // the entry's address
  PageEntry entry;
};

// A translation as the hardware makes it, one memory access a step. It ends at the entry that maps the page, or at one
// that is not present.
struct Walk {
  std::array<WalkStep, most_levels> steps = {};
  unsigned accesses = 0;  // the steps that were made
  bool is_mapped = false;
  PageRights rights = {};  // of the page, if it is mapped

  const WalkStep& last() const { return steps[accesses - 1]; }
};

// Requires a canonical address. Changes nothing: accessed and dirty bits are the MMU's.
Walk walk(const PhysicalMemory& memory, const PageFormat& format, const WalkStart& start, VirtAddr at);

// The physical address a walk found, if the page is mapped.
std::optional<PhysAddr> translated(const Walk& walk, const PageFormat& format, VirtAddr at);

}  // namespace signalbox
