#include "kernel/mm/shortage/oom.hpp"

#include <algorithm>

namespace signalbox {

std::optional<std::int64_t> oom_badness(const OomCandidate& candidate, std::uint64_t total_pages) {
  if (candidate.is_exempt || candidate.adjustment == oom_exempt) return std::nullopt;
  const std::uint64_t pages = candidate.resident_pages + candidate.swap_entries + candidate.table_pages;
  // The division comes first, as in the kernel: 262 144 pages give 262 a point.
  const auto points_each = static_cast<std::int64_t>(total_pages / 1000);
  return static_cast<std::int64_t>(pages) + candidate.adjustment * points_each;
}

std::uint32_t oom_score(const OomCandidate& candidate, std::uint64_t total_pages) {
  const std::optional<std::int64_t> badness = oom_badness(candidate, total_pages);
  if (!badness || total_pages == 0) return 0;
  const std::int64_t score = (1000 + *badness * 1000 / static_cast<std::int64_t>(total_pages)) * 2 / 3;
  return static_cast<std::uint32_t>(std::max<std::int64_t>(score, 0));
}

OomChoice choose_oom_victim(std::span<const OomCandidate> candidates, std::uint64_t total_pages) {
  OomChoice choice;
  for (const OomCandidate& candidate : candidates) {
    if (candidate.is_dying) return {.what = OomChoice::What::wait};
    const std::optional<std::int64_t> badness = oom_badness(candidate, total_pages);
    if (!badness || (choice.what == OomChoice::What::kill && *badness < choice.badness)) continue;
    choice = {.what = OomChoice::What::kill, .victim = candidate.pid, .badness = *badness};
  }
  return choice;
}

}  // namespace signalbox
