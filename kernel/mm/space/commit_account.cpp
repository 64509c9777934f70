#include "kernel/mm/space/commit_account.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"

namespace signalbox {

Result<void> CommitAccount::charge(std::uint64_t pages, const Asker& asker) {
  const std::uint64_t after = committed_ + pages;
  switch (rules_.mode) {
    case OvercommitMode::always:
      break;
    case OvercommitMode::heuristic:
      if (pages > rules_.ram_pages + rules_.swap_pages) return Errno::enomem;
      break;
    case OvercommitMode::never: {
      const std::uint64_t kept = (asker.is_admin ? 0 : rules_.admin_reserve_pages) +
                                 std::min(asker.total_pages / 32, rules_.user_reserve_pages);
      // The limit itself is out of reach, as in Linux.
      if (after + kept >= limit_pages()) return Errno::enomem;
      break;
    }
  }
  committed_ = after;
  return {};
}

void CommitAccount::release(std::uint64_t pages) {
  CHECK(pages <= committed_, "only what was promised is given back");
  committed_ -= pages;
}

std::uint64_t CommitAccount::limit_pages() const {
  return (rules_.ram_pages - rules_.huge_pages) * rules_.ratio_percent / 100 + rules_.swap_pages;
}

}  // namespace signalbox
