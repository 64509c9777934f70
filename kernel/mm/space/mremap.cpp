#include "kernel/mm/space/mremap.hpp"

#include <algorithm>
#include <utility>

#include "kernel/base/check.hpp"
#include "kernel/mm/space/mapping_flags.hpp"

namespace signalbox {
namespace {

using vma_flag::accounted;
using vma_flag::all_locks;
using vma_flag::locked;
using vma_flag::may_share;
using vma_flag::shared;

bool has(const MremapRequest& request, std::uint32_t flag) { return (request.flags & flag) != 0; }

Result<void> check_arguments(const MremapRequest& request) {
  if ((request.flags & ~(mremap_maymove | mremap_fixed | mremap_dontunmap)) != 0) return Errno::einval;
  const bool may_move = has(request, mremap_maymove);
  if (has(request, mremap_fixed) && !may_move) return Errno::einval;
  if (has(request, mremap_dontunmap) && (!may_move || request.old_bytes != request.new_bytes)) return Errno::einval;
  if (!is_page_aligned(request.at) || page_aligned(request.new_bytes) == 0) return Errno::einval;
  return {};
}

// The VMA whose pages change their number, if it may (vma_to_resize).
Result<const Vma*> resizable(const AddressMap& map, const MremapRequest& request) {
  const Vma* const vma = map.vmas().find(request.at);
  if (vma == nullptr) return Errno::efault;
  // To map the same pages twice is for those that are shared.
  if (request.old_bytes == 0 && !vma->has_any(shared | may_share)) return Errno::einval;
  if (request.old_bytes > vma->range.end - request.at) return Errno::efault;
  if (request.new_bytes == request.old_bytes) return vma;
  const std::uint64_t offset = vma->page_offset_of(request.at);
  if (offset + pages_of(request.new_bytes) < offset) return Errno::einval;
  const std::uint64_t more = request.new_bytes - request.old_bytes;
  if (!map.may_lock(vma->flags, more)) return Errno::eagain;
  if (!map.may_expand(vma->flags, pages_of(more))) return Errno::enomem;
  return vma;
}

// What a mapping that had `before` bytes got in addition, if its pages are all to be present.
PageRange grown(const Vma& vma, PageRange range, std::uint64_t before) {
  return vma.has(locked) ? PageRange{range.begin + before, range.end} : PageRange();
}

// The pages leave `from`, of one VMA, for `to` and become as many as `to` has (move_vma).
Result<Mapped> move(AddressMap& map, PageRange from, PageRange to, bool keeps_old) {
  if (map.vmas().size() + 3 >= map.rules().max_map_count) return Errno::enomem;
  const Vma source = *map.vmas().find(from.begin);
  const std::uint64_t promised = keeps_old ? to.pages() : to.pages() - from.pages();
  if (source.has(accounted)) TRY(map.charge(promised));
  Vma moved = source;
  moved.range = to;
  // Anonymous memory without pages is as if newly mapped, so that it can merge.
  moved.page_offset =
      source.is_anonymous() && source.anon_family == 0 ? pages_of(to.begin.value()) : source.page_offset_of(from.begin);
  map.add(std::move(moved));
  const Result<void> pages_moved = from.bytes() > 0 ? map.pages().move(from, to.begin) : Result<void>();
  if (!pages_moved) {
    const Result<void> undone = map.remove(to, AddressMap::Promise::kept);
    CHECK(undone.has_value(), "there was room for a split");
    if (source.has(accounted)) map.commits().release(promised);
    return pages_moved.error();
  }
  const Mapped mapped{.at = to.begin, .populate = grown(source, to, from.bytes())};
  if (keeps_old) {
    const Result<void> unlocked = map.change_flags(from, source.flags & ~all_locks);
    CHECK(unlocked.has_value(), "there was room for two splits");
    // What moved away whole and merged with nothing has no private pages left.
    if (from == source.range && map.vmas().find(from.begin)->range == from) map.forget_family(from.begin);
    return mapped;
  }
  const Result<void> removed = map.remove(from, AddressMap::Promise::kept);
  CHECK(removed.has_value(), "there was room for a split");
  return mapped;
}

// mremap_to.
Result<Mapped> remap_to(AddressMap& map, MremapRequest request) {
  const std::uint64_t space = map.layout().end.value();
  if (!is_page_aligned(request.new_at)) return Errno::einval;
  if (request.new_bytes > space || request.new_at.value() > space - request.new_bytes) return Errno::einval;
  if (request.at + request.old_bytes > request.new_at && request.new_at + request.new_bytes > request.at)
    return Errno::einval;
  if (map.vmas().size() + 5 >= map.rules().max_map_count) return Errno::enomem;
  const bool is_fixed = has(request, mremap_fixed);
  if (request.is_again) {
    if (is_fixed && map.vmas().overlaps({request.new_at, request.new_at + request.new_bytes})) return Errno::enomem;
  } else {
    if (is_fixed) TRY(munmap(map, request.new_at, request.new_bytes));
    if (request.old_bytes > request.new_bytes)
      TRY(munmap(map, request.at + request.new_bytes, request.old_bytes - request.new_bytes));
  }
  request.old_bytes = std::min(request.old_bytes, request.new_bytes);
  const Vma* const vma = TRY(resizable(map, request));
  const bool keeps_old = has(request, mremap_dontunmap);
  if (keeps_old && !map.may_expand(vma->flags, pages_of(request.old_bytes))) return Errno::enomem;
  const VirtAddr to =
      TRY(map.place({.hint = request.new_at, .bytes = request.new_bytes, .map_flags = is_fixed ? map_fixed : 0}));
  return move(map, {request.at, request.at + request.old_bytes}, {to, to + request.new_bytes}, keeps_old);
}

bool can_grow_in_place(const AddressMap& map, const Vma& vma, std::uint64_t more) {
  const PageRange extension{vma.range.end, vma.range.end + more};
  if (extension.end < extension.begin || map.vmas().overlaps(extension)) return false;
  return map.place({.hint = vma.range.begin, .bytes = vma.range.bytes() + more, .map_flags = map_fixed}).has_value();
}

}  // namespace

Result<Mapped> mremap(AddressMap& map, const MremapRequest& asked) {
  TRY(check_arguments(asked));
  MremapRequest request = asked;
  request.old_bytes = page_aligned(asked.old_bytes);
  request.new_bytes = page_aligned(asked.new_bytes);
  if (map.vmas().find(request.at) == nullptr) return Errno::efault;
  if (has(request, mremap_fixed | mremap_dontunmap)) return remap_to(map, request);
  if (request.old_bytes >= request.new_bytes) {
    if (request.old_bytes > request.new_bytes)
      TRY(munmap(map, request.at + request.new_bytes, request.old_bytes - request.new_bytes));
    return Mapped{.at = request.at};
  }
  const Vma* const vma = TRY(resizable(map, request));
  const std::uint64_t more = request.new_bytes - request.old_bytes;
  if (request.at + request.old_bytes == vma->range.end && can_grow_in_place(map, *vma, more)) {
    if (vma->has(accounted)) TRY(map.charge(pages_of(more)));
    const PageRange populate = grown(*vma, {request.at, request.at + request.new_bytes}, request.old_bytes);
    map.extend(*vma, more);
    return Mapped{.at = request.at, .populate = populate};
  }
  if (!has(request, mremap_maymove)) return Errno::enomem;
  const VirtAddr to = TRY(map.place({.bytes = request.new_bytes}));
  return move(map, {request.at, request.at + request.old_bytes}, {to, to + request.new_bytes}, false);
}

}  // namespace signalbox
