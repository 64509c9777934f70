#pragma once

#include "kernel/alloc/ground.hpp"
#include "kernel/alloc/misuse.hpp"

namespace signalbox::alloc {

// Checking mode: one mark a block, apart from it, says that it is in the program's hands.

// Why `at` is not the beginning of the block that `entry` names; none if it is. Sets `region` to the block's number in
// its slab.
template <class P>
Misuse find_block(Ground<P>& ground, MapEntry entry, VirtAddr at, unsigned& region) {
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

// A block goes to the program.
template <class P>
void hand_out(Ground<P>& ground, VirtAddr at) {
  const MapEntry entry = ground.lookup(at);
  unsigned region = 0;
  [[maybe_unused]] const Misuse misuse = find_block(ground, entry, at, region);
  ground.extent(entry.extent()).in_use.set(region);
}

// Why `at` is not a block in the program's hands; without checking, only what needs no marks.
template <class P>
Misuse find_block_in_use(Ground<P>& ground, MapEntry entry, VirtAddr at) {
  unsigned region = 0;
  if (const Misuse misuse = find_block(ground, entry, at, region); misuse != Misuse::none) return misuse;
  if constexpr (P::is_checked) {
    if (!ground.extent(entry.extent()).in_use.is_set(region)) return Misuse::double_free;
  }
  return Misuse::none;
}

// A block comes back from the program; `entry` is of the page of `at` and names a block or a slab.
template <class P>
Misuse take_from_program(Ground<P>& ground, MapEntry entry, VirtAddr at) {
  unsigned region = 0;
  if (const Misuse misuse = find_block(ground, entry, at, region); misuse != Misuse::none) return misuse;
  return ground.extent(entry.extent()).in_use.clear(region) ? Misuse::none : Misuse::double_free;
}

}  // namespace signalbox::alloc
