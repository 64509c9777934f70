#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/address_map.hpp"

namespace signalbox {

// Bytes [first, last] of an object.
struct ObjectRange {
  MemoryObjectRef object;
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  bool operator==(const ObjectRange&) const = default;
};

// What msync(2) has to write back, one after the other, and what it answers if all of it succeeds.
struct SyncPlan {
  std::vector<ObjectRange> writes = {};
  std::optional<Errno> error = {};
};

// msync(2), as mm/msync.c, 6.1. Errno: einval for unknown flags, ms_async with ms_sync, or an unaligned address; enomem
// for a range that wraps or has a hole; ebusy for ms_invalidate of locked pages. A hole is reported at the end, after
// the rest was written, but with ms_async alone. Writing takes time, so it is the caller's.
SyncPlan msync(const AddressMap& map, VirtAddr at, std::uint64_t bytes, std::uint32_t flags);

}  // namespace signalbox
