#pragma once

#include <compare>
#include <cstdint>

#include "kernel/base/time.hpp"

namespace signalbox {

// (now - origin) / divisor: how long something waits in proportion to what it wants (Brinch Hansen's response ratio,
// less 1) or to what it has had (Tanenbaum's guaranteed scheduling, upside down). A divisor of 0 means no bounds.
struct RisingRatio {
  Instant origin;
  Duration divisor;  // never negative
  std::uint64_t order = 0;

  bool operator==(const RisingRatio&) const = default;
};

// Does `a` come before `b`? By the higher ratio; among unbounded ones by the earlier origin; among equals by the lower
// order. Exact. Requires a `now` not before either origin.
bool comes_before(const RisingRatio& a, const RisingRatio& b, Instant now);

// The first instant after `now` at which `behind`, which does not come before `ahead` now, will. Instant::max(): never.
Instant overtakes_at(const RisingRatio& behind, const RisingRatio& ahead, Instant now);

}  // namespace signalbox
