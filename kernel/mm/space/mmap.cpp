#include "kernel/mm/space/mmap.hpp"

#include <limits>
#include <utility>

#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/shared_memory.hpp"

namespace signalbox {
namespace {

using vma_flag::accounted;
using vma_flag::all_may;
using vma_flag::exec;
using vma_flag::grows_down;
using vma_flag::locked;
using vma_flag::may_exec;
using vma_flag::may_share;
using vma_flag::may_write;
using vma_flag::no_reserve;
using vma_flag::rights;
using vma_flag::shared;
using vma_flag::write;

constexpr std::uint64_t largest_file = std::numeric_limits<std::int64_t>::max();  // MAX_LFS_FILESIZE
// The size of huge pages as a power of two, in the highest bits of the flags; 0: the usual one (MAP_HUGE_SHIFT).
constexpr std::uint32_t huge_shift = 26;
constexpr std::uint32_t huge_2mb = 21;
constexpr std::uint32_t huge_1gb = 30;
// What map_shared may come with; other flags it ignores, map_shared_validate does not (LEGACY_MAP_MASK).
constexpr std::uint32_t known_flags = map_shared | map_private | map_fixed | map_anonymous | 0x800U | 0x1000U |
                                      map_32bit | map_growsdown | map_locked | map_noreserve | map_populate |
                                      map_nonblock | 0x20000U | map_hugetlb | (huge_2mb | huge_1gb) << huge_shift;

VmaFlags flags_of(const MmapRequest& request) {
  VmaFlags flags = all_may | (request.prot & rights);
  if ((request.flags & map_growsdown) != 0) flags |= grows_down;
  if ((request.flags & map_locked) != 0) flags |= locked;
  return flags;
}

// The flags for a shared mapping of an object.
Result<VmaFlags> share(VmaFlags flags, const MmapRequest& request, const ObjectRights& object) {
  if ((request.flags & map_type) == map_shared_validate && (request.flags & ~known_flags) != 0)
    return Errno::eopnotsupp;
  if ((request.prot & prot_write) != 0) {
    if (!object.can_write) return Errno::eacces;
    if (object.is_swap_file) return Errno::etxtbsy;
  }
  if (object.is_append_only && object.can_write) return Errno::eacces;
  flags |= shared | may_share;
  // What can never be written is private in all but that it shows the object's changes.
  if (!object.can_write) flags &= ~(may_write | shared);
  return flags;
}

Result<VmaFlags> check_object(VmaFlags flags, const MmapRequest& request) {
  const std::uint64_t length = page_aligned(request.bytes);
  if (length > largest_file || request.offset > largest_file - length) return Errno::eoverflow;
  const ObjectRights object = request.object->rights();
  const std::uint32_t type = request.flags & map_type;
  if (type == map_shared || type == map_shared_validate) {
    flags = TRY(share(flags, request, object));
  } else if (type != map_private) {
    return Errno::einval;
  }
  if (!object.can_read) return Errno::eacces;
  if (!object.can_execute) {
    if ((flags & exec) != 0) return Errno::eperm;
    flags &= ~may_exec;
  }
  if (!object.can_map) return Errno::enodev;
  if ((flags & grows_down) != 0) return Errno::einval;
  return flags;
}

Result<VmaFlags> check_anonymous(VmaFlags flags, const MmapRequest& request) {
  const std::uint32_t type = request.flags & map_type;
  if (type == map_private) return flags;
  if (type != map_shared || (flags & grows_down) != 0) return Errno::einval;
  return flags | shared | may_share;
}

// What takes no look at the address space.
Result<void> check_arguments(const MmapRequest& request) {
  if (request.offset % page_bytes != 0) return Errno::einval;
  if ((request.flags & map_anonymous) == 0) {
    if (request.object == nullptr) return Errno::ebadf;
    if ((request.flags & map_hugetlb) != 0) return Errno::einval;
  } else if ((request.flags & map_hugetlb) != 0) {
    const std::uint32_t size = request.flags >> huge_shift;
    if (size != 0 && size != huge_2mb && size != huge_1gb) return Errno::einval;
    return request.bytes == 0 ? Errno::einval : Errno::enomem;  // no huge pages are set aside
  }
  if (request.bytes == 0) return Errno::einval;
  return page_aligned(request.bytes) == 0 ? Result<void>(Errno::enomem) : Result<void>();
}

// Where it goes, with nothing there that must stay.
Result<PageRange> place(const AddressMap& map, const MmapRequest& request) {
  const bool is_fixed = (request.flags & (map_fixed | map_fixed_noreplace)) != 0;
  AddressMap::Placement placement{
      .hint = request.hint, .bytes = page_aligned(request.bytes), .map_flags = request.flags};
  if (is_fixed) {
    placement.map_flags |= map_fixed;
  } else {
    placement.hint = placement.hint.aligned_down(page_bytes);
    if (placement.hint != VirtAddr() && placement.hint < map.rules().lowest)
      placement.hint = page_aligned(map.rules().lowest);
  }
  const VirtAddr at = TRY(map.place(placement));
  const PageRange range{at, at + placement.bytes};
  if ((request.flags & map_fixed_noreplace) != 0 && map.vmas().overlaps(range)) return Errno::eexist;
  return range;
}

// mmap_region.
Result<void> make(AddressMap& map, Vma vma) {
  const std::uint64_t pages = vma.range.pages();
  if (!map.may_expand(vma.flags, pages) && !map.may_expand(vma.flags, pages - map.mapped_pages(vma.range)))
    return Errno::enomem;
  TRY(map.remove(vma.range));
  const bool is_accounted = (vma.flags & (no_reserve | shared | write)) == write;
  if (is_accounted) TRY(map.charge(pages));
  if (is_accounted) vma.flags |= accounted;
  if (vma.object == nullptr && vma.has(shared)) {
    const auto reserve = vma.has(no_reserve) ? SharedMemory::Reserve::none : SharedMemory::Reserve::all;
    const CommitAccount::Asker asker{.total_pages = map.counters().total, .is_admin = map.limits.is_admin};
    vma.object = TRY(SharedMemory::create(map.commits(), pages, asker, reserve));
  } else if (vma.object != nullptr && vma.has(shared) && vma.object->rights().is_write_sealed) {
    return Errno::eperm;
  }
  map.add(std::move(vma));
  return {};
}

}  // namespace

Result<Mapped> mmap(AddressMap& map, const MmapRequest& request) {
  TRY(check_arguments(request));
  if (map.vmas().is_over_full()) return Errno::enomem;
  const bool is_anonymous = (request.flags & map_anonymous) != 0;
  Vma vma;
  vma.range = TRY(place(map, request));
  vma.flags = flags_of(request);
  if (vma.has(locked) && !map.may_lock_at_all()) return Errno::eperm;
  if (!map.may_lock(vma.flags, vma.range.bytes())) return Errno::eagain;
  vma.flags = TRY(is_anonymous ? check_anonymous(vma.flags, request) : check_object(vma.flags, request));
  if ((request.flags & map_noreserve) != 0 && map.commits().rules().mode != OvercommitMode::never)
    vma.flags |= no_reserve;
  if (!is_anonymous) {
    vma.object = request.object;
    vma.page_offset = pages_of(request.offset);
  } else if (!vma.has(shared)) {
    vma.page_offset = pages_of(vma.range.begin.value());
  }
  const bool is_populated = (request.flags & (map_populate | map_nonblock)) == map_populate;
  const Mapped mapped{.at = vma.range.begin, .populate = vma.has(locked) || is_populated ? vma.range : PageRange()};
  TRY(make(map, std::move(vma)));
  return mapped;
}

Result<void> munmap(AddressMap& map, VirtAddr at, std::uint64_t bytes) {
  const std::uint64_t space = map.layout().end.value();
  if (!is_page_aligned(at) || at.value() > space || bytes > space - at.value() || bytes == 0) return Errno::einval;
  return map.remove({at, at + page_aligned(bytes)});
}

}  // namespace signalbox
