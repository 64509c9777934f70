#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <ranges>
#include <utility>
#include <vector>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/vma.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

// vm.max_map_count by default.
inline constexpr std::size_t default_max_map_count = 65'530;

// The VMAs of one address space, by address: they never overlap, and neighbours that can merge are one, but for what a
// refused split leaves, for stacks that met, and for those that have lost their family. Pointers to a VMA hold until
// the set changes.
class VmaSet {
 public:
  explicit VmaSet(std::size_t max_count = default_max_map_count) : max_count_(max_count) {}

  std::size_t size() const { return by_begin_.size(); }
  // No VMA may be added to: Linux allows one more than vm.max_map_count by mmap, and none by a split.
  bool is_over_full() const { return size() > max_count_; }
  bool can_split() const { return size() < max_count_; }
  std::size_t max_count() const { return max_count_; }
  auto all() const { return std::views::values(by_begin_); }

  // The lowest VMA that ends above `at`; it need not hold `at` (find_vma).
  const Vma* first_ending_above(VirtAddr at) const;
  // The VMA that holds `at` (vma_lookup).
  const Vma* find(VirtAddr at) const;
  // The highest VMA that begins below `at`.
  const Vma* last_beginning_below(VirtAddr at) const;
  bool overlaps(PageRange range) const;
  // action(const Vma&, PageRange part) for each VMA that meets the range, in ascending order, and the part that does.
  // It must not change the set.
  template <class Action>
  void each_in(PageRange range, Action action) const {
    for (const Vma* vma = first_ending_above(range.begin); vma != nullptr && vma->range.begin < range.end;
         vma = first_ending_above(vma->range.end)) {
      action(*vma, PageRange{std::max(range.begin, vma->range.begin), std::min(range.end, vma->range.end)});
    }
  }

  // Adds a VMA where there is none, and merges it with its neighbours.
  const Vma& insert(Vma vma);
  // The same, and it stays apart: a child's VMAs are its parent's, one by one.
  const Vma& insert_apart(Vma vma);

  // Gives the pages of `part`, which lies in one VMA, other flags. Splits and merges: all eight cases drawn above
  // vma_merge in mm/mmap.c come from this. Errno::enomem if it takes a split that would make more VMAs than allowed;
  // of two splits the first may have been made then, as Linux leaves it.
  Result<void> change_flags(PageRange part, VmaFlags flags);

  // Takes everything out of the range, and answers what was there, cut to it, in ascending order. Errno::enomem if this
  // would cut one VMA in two when there are as many as allowed; nothing changes then.
  Result<std::vector<Vma>> remove(PageRange range);

  // Adds free pages at the end of the VMA at `begin`, even where such VMAs do not merge, and merges it with what it
  // meets.
  void extend(VirtAddr begin, std::uint64_t bytes);

  // The VMA at `begin` has lost all its private pages, and may hold those of any family. It stays apart.
  void forget_family(VirtAddr begin);

  // The VMA at `begin`, which has none yet, may hold private pages of that family.
  void set_family(VirtAddr begin, std::uint32_t family);

  // Lowers the beginning of the VMA at `begin` to `to`; it merges with nothing, as Linux's stacks do not.
  void grow_down(VirtAddr begin, VirtAddr to);

 private:
  using Node = std::pair<const VirtAddr, Vma>;
  using Map = std::map<VirtAddr, Vma, std::less<>, ObjectAllocator<Node, ObjectClass::vm_area_struct>>;

  Map::iterator first_above(VirtAddr at);
  // Cuts the VMA at `at`; answers the upper piece.
  Map::iterator split(Map::iterator vma, VirtAddr at);
  // Merges a VMA with the one above it, if they can.
  bool merge_with_next(Map::iterator low);
  Map::iterator merge_around(Map::iterator vma);
  bool would_merge(Map::iterator vma, const Vma& changed) const;

  std::size_t max_count_;
  Map by_begin_;
};

}  // namespace signalbox
