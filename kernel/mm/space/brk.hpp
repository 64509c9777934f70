#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/address_map.hpp"

namespace signalbox {

// The raw system call of brk(2): moves the end of the heap to `to` and answers it; or, with no errno, answers where it
// was: below the heap's beginning, beyond RLIMIT_DATA (with the program's data) or RLIMIT_AS, nearer than a page and
// the guard gap to the next VMA, locked beyond RLIMIT_MEMLOCK, too many VMAs, overcommit.
VirtAddr brk(AddressMap& map, VirtAddr to);

// sbrk(3): moves it by so many bytes and answers where it was. Errno::enomem: it did not move.
Result<VirtAddr> sbrk(AddressMap& map, std::int64_t bytes);

}  // namespace signalbox
