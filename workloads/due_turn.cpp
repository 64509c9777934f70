#include "workloads/due_turn.hpp"

#include <algorithm>

namespace signalbox {

std::uint64_t DueTurn::missed_by(Instant now) const {
  const std::uint64_t under_way = is_late ? 1 : 0;
  if (deadline >= now) return under_way;
  const std::int64_t passed = period > Duration() ? (now - deadline - 1_ns) / period + 1 : 1;
  return under_way + static_cast<std::uint64_t>(turns < 0 ? passed : std::min(passed, turns));
}

}  // namespace signalbox
