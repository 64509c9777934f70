#pragma once

#include <cstdint>
#include <optional>

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

// The range that msync(2) is for. Errno: einval for unknown flags, ms_async with ms_sync, or an unaligned address;
// enomem for a range that wraps.
Result<PageRange> sync_range(VirtAddr at, std::uint64_t bytes, std::uint32_t flags);

// What msync(2) does next, as mm/msync.c, 6.1. Writing takes time, in which mappings may change: the caller writes, and
// asks for the next step from `next` on, unless that is the end.
struct SyncStep {
  ObjectRange write = {};  // without an object: nothing
  VirtAddr next = {};
  // What the call answers in the end, if no later step says something else: enomem for a hole, after the rest was
  // written, but at once with ms_async alone; ebusy for ms_invalidate of locked pages, at once.
  std::optional<Errno> error = {};
};
SyncStep sync_step(const AddressMap& map, PageRange left, std::uint32_t flags);

}  // namespace signalbox
