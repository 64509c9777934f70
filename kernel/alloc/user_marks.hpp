#pragma once

#include "kernel/alloc/ground.hpp"
#include "kernel/alloc/misuse.hpp"

namespace signalbox::alloc {

// Checking mode: one mark a block, apart from it, says that it is in the program's hands. Where marks lie by address,
// a mark that is set also says that a block begins there: nothing else has to be looked up while all is well.

// Why `at` is not the beginning of the block that `entry` names; none if it is. Sets `region` to the block's number in
// its slab.
template <class P>
[[gnu::always_inline]] inline Misuse find_block(Ground<P>& ground, MapEntry entry, VirtAddr at, unsigned& region) {
  const Extent<P>& extent = ground.extent(entry.extent());
  region = 0;
  VirtAddr begin = extent.begin;
  if (entry.is_slab()) {
    const SlabShape& shape = slab_shapes[entry.freeable_class()];
    region = region_at(at - begin, shape);
    begin += region * std::uint64_t{shape.bytes};
  }
  return begin == at ? Misuse::none : Misuse::inside_a_block;
}

// What each block of an extent holds; of a slab without a calculation.
[[gnu::always_inline]] inline std::uint64_t block_bytes(MapEntry entry) {
  return entry.is_slab() ? slab_shapes[entry.freeable_class()].bytes : class_bytes(entry.freeable_class());
}

// Of a block how much nobody asked for. `entry` is what the page map says of its extent, and is at hand.
template <class P>
[[gnu::always_inline]] inline std::uint64_t slack_of(Ground<P>& ground, const Extent<P>& extent, MapEntry entry,
                                                     unsigned region) {
  if (!entry.is_slab()) return extent.slacks.of_block;
  const void* const all = ground.metadata.at(extent.slacks.of_regions());
  if (has_byte_slacks(entry.freeable_class())) return static_cast<const std::uint8_t*>(all)[region];
  return static_cast<const std::uint16_t*>(all)[region];
}
template <class P>
[[gnu::always_inline]] inline void set_slack(Ground<P>& ground, Extent<P>& extent, MapEntry entry, unsigned region,
                                             std::uint64_t slack) {
  if (!entry.is_slab()) {
    extent.slacks.of_block = slack;
    return;
  }
  void* const all = ground.metadata.at(extent.slacks.of_regions());
  if (has_byte_slacks(entry.freeable_class())) {
    static_cast<std::uint8_t*>(all)[region] = static_cast<std::uint8_t>(slack);
  } else {
    static_cast<std::uint16_t*>(all)[region] = static_cast<std::uint16_t>(slack);
  }
}

// A block goes to the program, who asked for `bytes`.
template <class P>
  requires marks_by_address<P>
[[gnu::always_inline]] inline void hand_out(Ground<P>& ground, VirtAddr at, std::uint64_t) {
  ground.page_map.mark(ground.metadata, at).store(1);
}
template <class P>
  requires marks_by_region<P>
[[gnu::always_inline]] inline void hand_out(Ground<P>& ground, VirtAddr at, [[maybe_unused]] std::uint64_t bytes) {
  const MapEntry entry = ground.lookup(at);
  unsigned region = 0;
  [[maybe_unused]] const Misuse misuse = find_block(ground, entry, at, region);
  Extent<P>& extent = ground.extent(entry.extent());
  extent.in_use.set(region);
  if constexpr (keeps_requests<P>) {
    set_slack(ground, extent, entry, region, block_bytes(entry) - bytes);
    ground.requested += bytes;
  }
}

// Whether a region of a slab, or region 0 of a block that is none, is in the program's hands.
template <class P>
bool is_marked(Ground<P>& ground, const Extent<P>& extent, unsigned region) {
  if constexpr (marks_by_address<P>) {
    if (region >= (extent.is_slab ? slab_shapes[extent.size_class].regions : 1U)) return false;
    const VirtAddr at =
        extent.is_slab ? extent.begin + region * std::uint64_t{slab_shapes[extent.size_class].bytes} : extent.begin;
    return ground.page_map.mark(ground.metadata, at).load() != 0;
  } else {
    return extent.in_use.is_set(region);
  }
}

// While a block's pages move nobody has it; then it is where it was, or elsewhere.
template <class P>
void set_moved(Ground<P>& ground, VirtAddr at, bool is_moving) {
  if constexpr (marks_by_address<P>) ground.page_map.mark(ground.metadata, at).store(is_moving ? 0 : 1);
}

// A block that stays where it is, or has moved by its pages, is now of so many bytes.
template <class P>
void change_request(Ground<P>& ground, VirtAddr at, std::uint64_t old_bytes, std::uint64_t bytes) {
  if constexpr (keeps_requests<P>) {
    ground.requested -= old_bytes;
    hand_out(ground, at, bytes);
  }
}

// What the block was asked with; requires it to be in the program's hands.
template <class P>
std::uint64_t requested_of(Ground<P>& ground, MapEntry entry, VirtAddr at) {
  if constexpr (keeps_requests<P>) {
    unsigned region = 0;
    [[maybe_unused]] const Misuse misuse = find_block(ground, entry, at, region);
    const Extent<P>& extent = ground.extent(entry.extent());
    return block_bytes(entry) - slack_of(ground, extent, entry, region);
  }
  return class_bytes(entry.freeable_class());
}

// Why `at` is not a block in the program's hands; without checking, only what needs no marks.
template <class P>
Misuse find_block_in_use(Ground<P>& ground, MapEntry entry, VirtAddr at) {
  unsigned region = 0;
  if (const Misuse misuse = find_block(ground, entry, at, region); misuse != Misuse::none) return misuse;
  if constexpr (P::is_checked) {
    if (!is_marked(ground, ground.extent(entry.extent()), region)) return Misuse::double_free;
  }
  return Misuse::none;
}

// Why there is no block in the program's hands at an address whose mark is not set.
template <class P>
[[gnu::noinline]] Misuse why_not_in_use(Ground<P>& ground, MapEntry entry, VirtAddr at) {
  unsigned region = 0;
  const Misuse misuse = find_block(ground, entry, at, region);
  return misuse != Misuse::none ? misuse : Misuse::double_free;
}

// A block comes back from the program; `found` is what there is at its address, and names a block or a slab. Of two
// threads that free one block, one is told so.
template <class P>
  requires marks_by_address<P>
[[gnu::always_inline]] inline Misuse take_from_program(Ground<P>& ground, const typename PageMap<P>::Found& found,
                                                       VirtAddr at) {
  if (at.value() % bytes_per_mark == 0 && found.mark->exchange(0) != 0) [[likely]]
    return Misuse::none;
  return why_not_in_use(ground, found.entry, at);
}
template <class P>
  requires marks_by_region<P>
[[gnu::always_inline]] inline Misuse take_from_program(Ground<P>& ground, const typename PageMap<P>::Found& found,
                                                       VirtAddr at) {
  unsigned region = 0;
  if (const Misuse misuse = find_block(ground, found.entry, at, region); misuse != Misuse::none) return misuse;
  Extent<P>& extent = ground.extent(found.entry.extent());
  if (!extent.in_use.clear(region)) return Misuse::double_free;
  if constexpr (keeps_requests<P>)
    ground.requested -= block_bytes(found.entry) - slack_of(ground, extent, found.entry, region);
  return Misuse::none;
}

}  // namespace signalbox::alloc
