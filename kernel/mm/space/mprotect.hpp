#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/address_map.hpp"

namespace signalbox {

// mprotect(2), as do_mprotect_pkey and mprotect_fixup of mm/mprotect.c, 6.1. Errno: einval for an unaligned address,
// unknown rights, both grow flags or one that the VMA is not of; enomem for a hole, a length that wraps, RLIMIT_DATA,
// RLIMIT_AS, overcommit or too many VMAs; eacces for rights that the object does not give. VMAs below the one that
// fails stay changed.
Result<void> mprotect(AddressMap& map, VirtAddr at, std::uint64_t bytes, std::uint32_t prot);

}  // namespace signalbox
