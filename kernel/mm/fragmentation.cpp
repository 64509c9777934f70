#include "kernel/mm/fragmentation.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

struct FreeTotals {
  std::uint64_t frames = 0;
  std::uint64_t blocks = 0;
  std::uint64_t suitable = 0;  // blocks of the order asked for that could be cut out
};

FreeTotals totals(const FreeBlocks& free, unsigned order) {
  CHECK(order < orders, "no block is larger than the largest order");
  FreeTotals sum;
  for (unsigned each = 0; each < orders; ++each) {
    sum.blocks += free[each];
    sum.frames += std::uint64_t{free[each]} << each;
    if (each >= order) sum.suitable += std::uint64_t{free[each]} << (each - order);
  }
  return sum;
}

}  // namespace

std::int32_t fragmentation_index(const FreeBlocks& free, unsigned order) {
  const FreeTotals sum = totals(free, order);
  if (sum.blocks == 0) return 0;
  if (sum.suitable != 0) return -1000;
  const std::uint64_t requested = std::uint64_t{1} << order;
  return 1000 - static_cast<std::int32_t>((1000 + sum.frames * 1000 / requested) / sum.blocks);
}

std::int32_t unusable_free_index(const FreeBlocks& free, unsigned order) {
  const FreeTotals sum = totals(free, order);
  if (sum.frames == 0) return 1000;
  return static_cast<std::int32_t>((sum.frames - (sum.suitable << order)) * 1000 / sum.frames);
}

}  // namespace signalbox
