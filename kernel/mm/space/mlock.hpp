#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/address_map.hpp"

namespace signalbox {

// mlock(2) and mlock2(2), as mm/mlock.c, 6.1; answers the pages to be made present before the call returns, unless
// mlock_onfault is among the flags. Errno: einval for unknown flags or a range that wraps; eperm if nothing may be
// locked; enomem beyond RLIMIT_MEMLOCK, for a hole, or too many VMAs. What lies below a hole stays locked.
Result<PageRange> mlock(AddressMap& map, VirtAddr at, std::uint64_t bytes, std::uint32_t flags = 0);

// What mlock(2) answers if a page cannot be made present for this reason (__mlock_posix_error_return).
constexpr Errno mlock_error(Errno populating) {
  if (populating == Errno::efault) return Errno::enomem;
  return populating == Errno::enomem ? Errno::eagain : populating;
}

// munlock(2). Errno: einval for a range that wraps; enomem for a hole, or too many VMAs.
Result<void> munlock(AddressMap& map, VirtAddr at, std::uint64_t bytes);

}  // namespace signalbox
