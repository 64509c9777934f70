#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/base/result.hpp"
#include "kernel/mm/space/address_map.hpp"

namespace signalbox {

// What mincore(2) found: a byte a page, 1 if an access needs no device; up to a hole, if there is one. The caller
// copies the bytes to the program in any case, and answers the error then.
struct Residency {
  std::vector<std::uint8_t> pages = {};
  std::optional<Errno> error = {};
};

// The checks of mincore(2) that need no look at pages.
Result<void> may_be_resident(const AddressMap& map, VirtAddr at, std::uint64_t bytes);
// mincore(2), as mm/mincore.c, 6.1. Errno: einval for an unaligned address; enomem for a range that ends beyond the
// space or has a hole.
Residency mincore(AddressMap& map, VirtAddr at, std::uint64_t bytes);

}  // namespace signalbox
