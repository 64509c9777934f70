#pragma once

#include <cstdint>
#include <optional>

#include "kernel/mm/space/vma_set.hpp"

namespace signalbox {

// Where a mapping may go, and which of several places it takes.
struct GapRequest {
  enum class Order : std::uint8_t { highest_first, lowest_first };

  std::uint64_t bytes = 0;  // whole pages, at least one
  PageRange within = {};
  Order order = Order::highest_first;
  std::uint64_t guard_bytes = 0;  // kept free below each stack
};

// The lowest address that a mapping below may reach: a stack keeps a gap below it (vm_start_gap).
VirtAddr begin_with_guard(const Vma& vma, std::uint64_t guard_bytes);

// The end of the highest gap or the beginning of the lowest, of those that are large enough; nothing if there is none.
// Looks at one VMA after the other, from the end where mappings go.
std::optional<VirtAddr> find_gap(const VmaSet& vmas, const GapRequest& request);

}  // namespace signalbox
