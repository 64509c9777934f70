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

// What each block of an extent holds; of a slab without a calculation.
template <class P>
std::uint64_t block_bytes(const Extent<P>& extent) {
  return extent.is_slab ? slab_shapes[extent.size_class].bytes : class_bytes(extent.size_class);
}

// Of a block how much nobody asked for.
template <class P>
std::uint64_t slack_of(Ground<P>& ground, const Extent<P>& extent, unsigned region) {
  if (!extent.is_slab) return extent.slacks.of_block;
  const void* const all = ground.metadata.at(extent.slacks.of_regions());
  if (has_byte_slacks(extent.size_class)) return static_cast<const std::uint8_t*>(all)[region];
  return static_cast<const std::uint16_t*>(all)[region];
}
template <class P>
void set_slack(Ground<P>& ground, Extent<P>& extent, unsigned region, std::uint64_t slack) {
  if (!extent.is_slab) {
    extent.slacks.of_block = slack;
    return;
  }
  void* const all = ground.metadata.at(extent.slacks.of_regions());
  if (has_byte_slacks(extent.size_class)) {
    static_cast<std::uint8_t*>(all)[region] = static_cast<std::uint8_t>(slack);
  } else {
    static_cast<std::uint16_t*>(all)[region] = static_cast<std::uint16_t>(slack);
  }
}

// A block goes to the program, who asked for `bytes`.
template <class P>
void hand_out(Ground<P>& ground, VirtAddr at, std::uint64_t bytes) {
  const MapEntry entry = ground.lookup(at);
  unsigned region = 0;
  [[maybe_unused]] const Misuse misuse = find_block(ground, entry, at, region);
  Extent<P>& extent = ground.extent(entry.extent());
  extent.in_use.set(region);
  if constexpr (keeps_requests<P>) {
    set_slack(ground, extent, region, block_bytes(extent) - bytes);
    ground.requested += bytes;
  }
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
    return block_bytes(extent) - slack_of(ground, extent, region);
  }
  return class_bytes(entry.freeable_class());
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
  Extent<P>& extent = ground.extent(entry.extent());
  if (!extent.in_use.clear(region)) return Misuse::double_free;
  if constexpr (keeps_requests<P>) {
    ground.requested -= block_bytes(extent) - slack_of(ground, extent, region);
  }
  return Misuse::none;
}

}  // namespace signalbox::alloc
