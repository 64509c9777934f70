#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/mmap.hpp"

namespace signalbox {

// The arguments of mremap(2).
struct MremapRequest {
  VirtAddr at = {};
  std::uint64_t old_bytes = 0;
  std::uint64_t new_bytes = 0;
  std::uint32_t flags = 0;
  VirtAddr new_at = {};  // with mremap_fixed; a hint with mremap_dontunmap
  // The same call has failed for lack of a frame before: what it had to unmap it has unmapped, and others may have
  // mapped something there meanwhile, which is not unmapped: Errno::enomem.
  bool is_again = false;
};

// mremap(2), as mm/mremap.c, 6.1; answers where the pages are, and what is to be made present (the new pages of a
// locked mapping that grew). Errno: einval for bad flags, alignment, lengths or places that overlap; efault where
// nothing is mapped, or for a range beyond one VMA; enomem if it cannot grow in place and may not move, for RLIMIT_AS,
// RLIMIT_DATA, overcommit or too many VMAs; eagain beyond RLIMIT_MEMLOCK. A failed call with mremap_fixed may already
// have unmapped the new place and the shrunken end, as Linux does.
Result<Mapped> mremap(AddressMap& map, const MremapRequest& request);

}  // namespace signalbox
