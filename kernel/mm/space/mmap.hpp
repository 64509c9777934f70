#pragma once

#include <cstdint>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/address_map.hpp"

namespace signalbox {

// The arguments of mmap(2); the descriptor is looked up already.
struct MmapRequest {
  VirtAddr hint = {};
  std::uint64_t bytes = 0;
  std::uint32_t prot = prot_default;
  std::uint32_t flags = flags_default;
  MemoryObjectRef object = {};  // none: no such descriptor, or map_anonymous
  std::uint64_t offset = 0;     // bytes

  static constexpr std::uint32_t prot_default = 0x3;    // to read and write
  static constexpr std::uint32_t flags_default = 0x22;  // private and anonymous
};

// Where it went, and what is to be made present before the call returns: Linux does so after the mapping stands, and a
// failure of it is nobody's error.
struct Mapped {
  VirtAddr at;
  PageRange populate = {};

  bool operator==(const Mapped&) const = default;
};

// mmap(2), as do_mmap and mmap_region of mm/mmap.c, 6.1. Errno: einval for no length, an unaligned fixed address or
// offset, a bad type, or a stack that is shared or has an object; enomem for a length that wraps or does not fit, for
// RLIMIT_AS, RLIMIT_DATA, overcommit or too many VMAs; eoverflow for an offset beyond the largest file; eexist for what
// map_fixed_noreplace would replace; eperm for map_locked without the right, for an object that may not be executed or
// is sealed, and for addresses below vm.mmap_min_addr; eagain beyond RLIMIT_MEMLOCK; eacces for an object opened
// otherwise; etxtbsy for a swap file; enodev for what cannot be mapped; ebadf for no object.
// A failed call changes nothing, but that a fixed mapping which overcommit refuses has already removed what was there.
Result<Mapped> mmap(AddressMap& map, const MmapRequest& request);

// munmap(2). Errno: einval for no length, an unaligned address or one beyond the space; enomem if a VMA would be cut in
// two and there are as many as allowed. A hole is no error.
Result<void> munmap(AddressMap& map, VirtAddr at, std::uint64_t bytes);

}  // namespace signalbox
