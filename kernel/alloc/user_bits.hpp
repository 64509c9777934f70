#pragma once

#include "kernel/alloc/ground.hpp"
#include "kernel/alloc/misuse.hpp"

namespace signalbox::alloc {

// Checking mode: one bit a block, apart from it, says that it is in the program's hands.

// Why `at` is not the beginning of the block that `entry` names; none if it is. Sets `bit` to the block's number.
template <class P>
Misuse find_block(Ground<P>& ground, MapEntry entry, VirtAddr at, unsigned& bit) {
  const Extent<P>& extent = ground.extent(entry.extent());
  bit = 0;
  VirtAddr begin = extent.begin;
  if (entry.is_slab()) {
    const SlabShape& shape = slab_shapes[entry.freeable_class()];
    bit = region_at(at - begin, shape);
    begin += bit * std::uint64_t{shape.bytes};
  }
  return begin == at ? Misuse::none : Misuse::inside_a_block;
}

// A block goes to the program.
template <class P>
void hand_out(Ground<P>& ground, VirtAddr at) {
  const MapEntry entry = ground.lookup(at);
  unsigned bit = 0;
  [[maybe_unused]] const Misuse misuse = find_block(ground, entry, at, bit);
  ground.extent(entry.extent()).in_use.words[bit / 64].fetch_or(std::uint64_t{1} << (bit % 64));
}

// A block comes back from the program; `entry` is of the page of `at` and names a block or a slab.
template <class P>
Misuse take_from_program(Ground<P>& ground, MapEntry entry, VirtAddr at) {
  unsigned bit = 0;
  if (const Misuse misuse = find_block(ground, entry, at, bit); misuse != Misuse::none) return misuse;
  const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
  const std::uint64_t old = ground.extent(entry.extent()).in_use.words[bit / 64].fetch_and(~mask);
  return (old & mask) != 0 ? Misuse::none : Misuse::double_free;
}

}  // namespace signalbox::alloc
