#include "kernel/mm/space/address_map.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/mm/space/gap_search.hpp"
#include "kernel/mm/space/mapping_flags.hpp"

namespace signalbox {
namespace {

using vma_flag::accounted;
using vma_flag::exec;
using vma_flag::grows_down;
using vma_flag::locked;
using vma_flag::rights;
using vma_flag::shared;
using vma_flag::write;

// Whether `high` goes on where `low` ends, in all but rights (anon_vma_compatible).
bool can_share_family(const Vma& low, const Vma& high) {
  return low.range.end == high.range.begin && low.object == high.object && ((low.flags ^ high.flags) & ~rights) == 0 &&
         low.page_offset_of(low.range.end) == high.page_offset;
}

bool is_data(VmaFlags flags) { return (flags & (write | shared | grows_down)) == write; }

// The counters that pages with these flags are in, the total apart (vm_stat_account).
void count_kind(MapCounters& counters, VmaFlags flags, std::uint64_t pages) {
  if ((flags & (exec | write | grows_down)) == exec) {
    counters.code += pages;
  } else if ((flags & grows_down) != 0) {
    counters.stack += pages;
  } else if (is_data(flags)) {
    counters.data += pages;
  }
  if ((flags & locked) != 0) counters.locked += pages;
}

}  // namespace

AddressMap::AddressMap(const AddressLayout& layout, const MapRules& rules, CommitAccount& commits, MappedPages& pages)
    : layout_(layout), rules_(rules), commits_(commits), pages_(pages), vmas_(rules.max_map_count) {}

AddressMap::~AddressMap() {
  const Result<void> removed = remove({VirtAddr(), layout_.end});
  CHECK(removed.has_value(), "to take everything away splits nothing");
}

bool AddressMap::may_expand(VmaFlags flags, std::uint64_t pages) const {
  if (counters_.total + pages > pages_of(limits.address_space)) return false;
  if (!is_data(flags) || counters_.data + pages <= pages_of(limits.data)) return true;
  // Valgrind sets the soft limit to 0 to stop the break, and still wants to map.
  return limits.data == 0 && counters_.data + pages <= pages_of(limits.data_hard);
}

bool AddressMap::may_lock(VmaFlags flags, std::uint64_t bytes) const {
  if ((flags & locked) == 0 || limits.may_lock) return true;
  return pages_of(bytes) + counters_.locked <= pages_of(limits.locked);
}

std::uint64_t AddressMap::mapped_pages(PageRange range) const {
  std::uint64_t pages = 0;
  vmas_.each_in(range, [&](const Vma&, PageRange part) { pages += part.pages(); });
  return pages;
}

Result<void> AddressMap::charge(std::uint64_t pages) {
  return commits_.charge(pages, {.total_pages = counters_.total, .is_admin = limits.is_admin});
}

Result<VirtAddr> AddressMap::place(const Placement& placement) const {
  const std::uint64_t space = layout_.end.value();
  if (placement.bytes > space) return Errno::enomem;
  VirtAddr at = placement.hint;
  if ((placement.map_flags & map_fixed) == 0) {
    const std::optional<VirtAddr> found = search(placement);
    if (!found) return Errno::enomem;
    at = *found;
  }
  if (at.value() > space - placement.bytes) return Errno::enomem;
  if (!is_page_aligned(at)) return Errno::einval;
  if (at < rules_.lowest && !limits.may_map_low) return Errno::eperm;
  return at;
}

std::optional<VirtAddr> AddressMap::search(const Placement& placement) const {
  const bool is_low = (placement.map_flags & map_32bit) != 0;
  if (placement.hint != VirtAddr()) {
    const VirtAddr hint = placement.hint.aligned_down(page_bytes);
    const Vma* const next = vmas_.first_ending_above(hint);
    const VirtAddr end = is_low ? VirtAddr(0x8000'0000) : layout_.end;
    const bool fits = placement.bytes <= end.value() && hint.value() <= end.value() - placement.bytes;
    if (fits && (next == nullptr || hint + placement.bytes <= begin_with_guard(*next, rules_.guard_bytes))) return hint;
  }
  GapRequest request{.bytes = placement.bytes, .guard_bytes = rules_.guard_bytes};
  if (!layout_.is_legacy && !is_low) {
    const bool is_known = searched_.bytes <= request.bytes;
    request.within = {VirtAddr(page_bytes), is_known ? searched_.down_to : layout_.mmap_base};
    if (const auto found = find_gap(vmas_, request)) {
      searched_ = {.bytes = request.bytes, .down_to = *found + request.bytes};
      return found;
    }
  }
  // The mapping area is full, or grows upwards.
  request.order = GapRequest::Order::lowest_first;
  request.within =
      is_low ? PageRange{VirtAddr(0x4000'0000), VirtAddr(0x8000'0000)} : PageRange{layout_.legacy_base, layout_.end};
  return find_gap(vmas_, request);
}

const Vma& AddressMap::add(Vma vma) {
  count(vma.flags, vma.range.pages());
  const Vma& added = vmas_.insert(std::move(vma));
  pages_.grown(added);
  return added;
}

Result<void> AddressMap::remove(PageRange range, Promise promise) {
  const std::vector<Vma> removed = TRY(vmas_.remove(range));
  if (!removed.empty()) {
    searched_ = {};
    pages_.cut(range);
  }
  for (const Vma& vma : removed) {
    pages_.discard(vma, vma.range, MappedPages::Leaving::unmapped);
    discount(vma.flags, vma.range.pages());
    if (vma.has(accounted) && promise == Promise::given_back) commits_.release(vma.range.pages());
  }
  if (removed.empty()) return {};
  const Vma* const below = vmas_.last_beginning_below(range.begin);
  const Vma* const above = vmas_.first_ending_above(range.begin);
  pages_.trim({below == nullptr ? VirtAddr() : below->range.end, above == nullptr ? layout_.end : above->range.begin});
  return {};
}

Result<void> AddressMap::copy_from(const AddressMap& parent) {
  limits = parent.limits;
  parts = parent.parts;
  last_family_ = parent.last_family_;
  for (const Vma& each : parent.vmas_.all()) {
    if (each.has(vma_flag::not_in_fork)) continue;
    if (each.has(accounted)) TRY(charge(each.range.pages()));
    Vma copy = each;
    copy.flags &= ~vma_flag::all_locks;
    if (each.has(vma_flag::wiped_in_fork)) copy.anon_family = 0;
    count(copy.flags, copy.range.pages());
    vmas_.insert_apart(std::move(copy));
  }
  return {};
}

void AddressMap::prepare_family(const Vma& vma) {
  if (vma.anon_family != 0) return;
  const Vma* const above = vmas_.find(vma.range.end);
  const Vma* const below = vmas_.last_beginning_below(vma.range.begin);
  std::uint32_t family = 0;
  if (above != nullptr && can_share_family(vma, *above)) family = above->anon_family;
  if (family == 0 && below != nullptr && can_share_family(*below, vma)) family = below->anon_family;
  vmas_.set_family(vma.range.begin, family != 0 ? family : ++last_family_);
}

Result<void> AddressMap::change_flags(PageRange part, VmaFlags flags) {
  const VmaFlags before = vmas_.find(part.begin)->flags;
  TRY(vmas_.change_flags(part, flags));
  if (flags != before) pages_.cut(part);
  discount(before, part.pages());
  count(flags, part.pages());
  pages_.grown(*vmas_.find(part.begin));
  return {};
}

void AddressMap::extend(const Vma& vma, std::uint64_t bytes) {
  count(vma.flags, pages_of(bytes));
  const VirtAddr begin = vma.range.begin;
  vmas_.extend(begin, bytes);
  pages_.grown(*vmas_.find(begin));
}

Result<void> AddressMap::grow_stack(VirtAddr at) {
  const VirtAddr begin = at.aligned_down(page_bytes);
  const Vma* const stack = vmas_.first_ending_above(begin);
  if (stack == nullptr || !stack->has(grows_down)) return Errno::efault;
  if (stack->range.begin <= begin) return {};
  if (begin < rules_.lowest) return Errno::eperm;
  const Vma* const below = vmas_.last_beginning_below(begin);
  if (below != nullptr && !below->has(grows_down) && below->has_any(rights) &&
      begin - below->range.end < rules_.guard_bytes)
    return Errno::enomem;
  const std::uint64_t bytes = stack->range.begin - begin;
  if (!may_expand(stack->flags, pages_of(bytes))) return Errno::enomem;
  if (stack->range.end - begin > limits.stack || !may_lock(stack->flags, bytes)) return Errno::enomem;
  if (pages_of(bytes) > stack->page_offset) return Errno::enomem;
  if (stack->has(accounted)) TRY(charge(pages_of(bytes)));
  count(stack->flags, pages_of(bytes));
  vmas_.grow_down(stack->range.begin, begin);
  pages_.grown(*vmas_.find(begin));
  return {};
}

void AddressMap::count(VmaFlags flags, std::uint64_t pages) {
  counters_.total += pages;
  peak_total_ = std::max(peak_total_, counters_.total);
  count_kind(counters_, flags, pages);
  commits_.count_mapped(pages);
}

// Counters wrap, so that to take away is to add the negative.
void AddressMap::discount(VmaFlags flags, std::uint64_t pages) { count(flags, -pages); }

}  // namespace signalbox
