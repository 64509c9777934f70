#include "kernel/mm/space/brk.hpp"

#include "kernel/mm/space/gap_search.hpp"
#include "kernel/mm/space/mapping_flags.hpp"

namespace signalbox {
namespace {

using vma_flag::accounted;
using vma_flag::all_may;
using vma_flag::read;
using vma_flag::write;

constexpr VmaFlags heap_flags = read | write | all_may | accounted;

Result<void> grow(AddressMap& map, PageRange more) {
  TRY(map.place({.hint = more.begin, .bytes = more.bytes(), .map_flags = map_fixed}));
  const Vma* const next = map.vmas().first_ending_above(more.begin);
  const std::uint64_t guard = map.rules().guard_bytes;
  if (next != nullptr && more.end + page_bytes > begin_with_guard(*next, guard)) return Errno::enomem;
  if (!map.may_expand(heap_flags, more.pages()) || map.vmas().is_over_full()) return Errno::enomem;
  TRY(map.charge(more.pages()));
  map.add({.range = more, .flags = heap_flags, .page_offset = pages_of(more.begin.value())});
  return {};
}

bool is_beyond_data_limit(const AddressMap& map, VirtAddr to) {
  const ProgramParts& parts = map.parts;
  return map.limits.data != MemoryLimits::none &&
         (to - parts.heap_begin) + (parts.data_end - parts.data_begin) > map.limits.data;
}

// do_sys_brk of mm/mmap.c, 6.1.
Result<void> move_break(AddressMap& map, VirtAddr to) {
  if (to < map.parts.heap_begin || is_beyond_data_limit(map, to)) return Errno::enomem;
  const VirtAddr end = page_aligned(map.parts.heap_end);
  const VirtAddr new_end = page_aligned(to);
  if (new_end == end) return {};
  if (to > map.parts.heap_end) return grow(map, {end, new_end});
  // Whoever has unmapped his heap has nothing to give back.
  if (!map.vmas().overlaps({new_end, end})) return Errno::enomem;
  return map.remove({new_end, end});
}

}  // namespace

VirtAddr brk(AddressMap& map, VirtAddr to) {
  if (move_break(map, to)) map.parts.heap_end = to;
  return map.parts.heap_end;
}

Result<VirtAddr> sbrk(AddressMap& map, std::int64_t bytes) {
  const VirtAddr before = map.parts.heap_end;
  const VirtAddr to = before + static_cast<std::uint64_t>(bytes);
  if (brk(map, to) != to) return Errno::enomem;
  return before;
}

}  // namespace signalbox
