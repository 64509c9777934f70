#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <type_traits>

#include "kernel/alloc/platform.hpp"
#include "kernel/alloc/size_class.hpp"
#include "kernel/base/ids.hpp"

namespace signalbox::alloc {

// Names an Extent in the metadata store; 0 names none.
using ExtentId = Id<struct ExtentTag, std::uint32_t>;
using ArenaId = Id<struct ArenaTag, std::uint16_t>;

constexpr bool is_none(ExtentId id) { return id == ExtentId(); }

// Pages are in use, or free and still holding memory, or free and lent to the system, or free addresses without memory.
enum class ExtentState : std::uint8_t { active, dirty, muzzy, retained };
inline constexpr unsigned extent_state_count = 4;

// No slab has more regions: those of the smallest class.
template <class P>
inline constexpr unsigned most_regions_of = slab_shapes[P::smallest_class].regions;

// In checking mode, where marks lie by region: each has one, which says that it is in the program's hands.
template <class P>
class UserMarks {
 public:
  void set(unsigned region) { marks_[region / 64].fetch_or(std::uint64_t{1} << (region % 64)); }
  // Whether it was set: of two threads that free one block, one is told so.
  bool clear(unsigned region) {
    const std::uint64_t mask = std::uint64_t{1} << (region % 64);
    return (marks_[region / 64].fetch_and(~mask) & mask) != 0;
  }
  bool is_set(unsigned region) const { return (marks_[region / 64].load() >> (region % 64) & 1U) != 0; }

 private:
  std::array<typename P::template Atomic<std::uint64_t>, most_regions_of<P> / 64> marks_;
};
struct NoUserMarks {};

// How many bytes of each block nobody asked for: of a slab, a byte or two a region, elsewhere in the metadata.
struct Slacks {
  std::uint64_t of_block;  // of a slab the name of its regions'

  std::uint32_t of_regions() const { return static_cast<std::uint32_t>(of_block); }
};
struct NoSlacks {};

// What the slacks of a slab take: those of blocks below 256 bytes fit a byte each.
constexpr bool has_byte_slacks(unsigned size_class) { return size_class < class_by_formula(256); }
constexpr std::uint64_t slack_bytes(unsigned size_class) {
  return std::uint64_t{slab_shapes[size_class].regions} * (has_byte_slacks(size_class) ? 1 : 2);
}

// What is known of a run of pages: a slab of regions, a large or huge block, or free pages. A record is never moved,
// and used again for another extent when its own is gone.
template <class P>
struct Extent {
  VirtAddr begin;
  std::uint64_t bytes;
  std::uint64_t serial;  // grows with every mapping; a part has its whole's. Small is old.
  ExtentId first_child;  // links of the PairingHeap that holds it
  ExtentId next_sibling;
  ExtentId previous;
  ExtentId older;  // links of the list of free extents of one state; `newer` also chains extents in nobody's list
  ExtentId newer;
  ArenaId arena;
  std::uint16_t free_regions;
  ClassIndex size_class;
  ExtentState state;
  bool is_slab;
  bool is_zeroed;  // nobody has written to it since it was mapped or purged

  std::array<std::uint64_t, most_regions_of<P> / 64> is_free;  // a slab's: one bit a region
  [[no_unique_address]] std::conditional_t<marks_by_region<P>, UserMarks<P>, NoUserMarks> in_use;
  [[no_unique_address]] std::conditional_t<keeps_requests<P>, Slacks, NoSlacks> slacks;

  VirtAddr end() const { return begin + bytes; }
  std::uint64_t pages() const { return bytes / page_size; }
};

// Older first; among equals the lower address. Using old slabs up keeps young ones emptying (allocator.md, 1.2).
template <class P>
bool is_before(const Extent<P>& a, const Extent<P>& b) {
  return a.serial != b.serial ? a.serial < b.serial : a.begin < b.begin;
}

// A slab's regions: which are free is known by bits apart from them.
template <class P>
void free_all_regions(Extent<P>& slab) {
  const unsigned regions = slab_shapes[slab.size_class].regions;
  slab.is_free = {};
  for (unsigned i = 0; i < regions / 64; ++i) slab.is_free[i] = ~std::uint64_t{0};
  if (regions % 64 != 0) slab.is_free[regions / 64] = (std::uint64_t{1} << (regions % 64)) - 1;
  slab.free_regions = static_cast<std::uint16_t>(regions);
}

constexpr unsigned region_at(std::uint64_t offset, const SlabShape& shape) {
  return static_cast<unsigned>((offset * shape.reciprocal) >> 32U);
}

// Takes the lowest free regions, and writes them from the end of `out` towards its beginning; answers how many.
template <class P>
unsigned take_regions(Extent<P>& slab, std::span<VirtAddr> out, const SlabShape& shape) {
  const auto count = static_cast<unsigned>(std::min<std::size_t>(out.size(), slab.free_regions));
  VirtAddr* next = out.data() + out.size();
  VirtAddr* const end = next - count;
  for (unsigned word = 0; next != end; ++word) {
    std::uint64_t bits = slab.is_free[word];
    for (; bits != 0 && next != end; bits &= bits - 1) {
      const auto region = 64 * word + static_cast<unsigned>(std::countr_zero(bits));
      *--next = slab.begin + region * std::uint64_t{shape.bytes};
    }
    slab.is_free[word] = bits;
  }
  slab.free_regions = static_cast<std::uint16_t>(slab.free_regions - count);
  return count;
}

template <class P>
void give_back_region(Extent<P>& slab, VirtAddr at, const SlabShape& shape) {
  const unsigned region = region_at(at - slab.begin, shape);
  slab.is_free[region / 64] |= std::uint64_t{1} << (region % 64);
  ++slab.free_regions;
}

}  // namespace signalbox::alloc
