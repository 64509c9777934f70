#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/address_map.hpp"

namespace signalbox {

// madvise(2), as mm/madvise.c, 6.1, without the advice on KSM, poison and populating. Errno: einval for unknown advice,
// an unaligned address, a range that wraps, a VMA that the advice is not for (locked, or not private and anonymous), or
// advice on huge pages where the format of page tables has none; eagain for too many VMAs; ebadf for madv_willneed on
// anonymous memory without swap; eacces for madv_remove on what may not be written or is not shared; eopnotsupp for
// madv_remove on an object that has no holes; enomem for a hole, after the rest was done. After any other error what
// lies below stays done.
Result<void> madvise(AddressMap& map, VirtAddr at, std::uint64_t bytes, std::int32_t advice);

}  // namespace signalbox
