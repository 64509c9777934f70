#include "kernel/mm/shortage/scan_targets.hpp"

#include <optional>

namespace signalbox {
namespace {

constexpr unsigned most_swappiness = 200;

// Shares of the pressure, by PageKind.
struct Shares {
  std::uint64_t anonymous;
  std::uint64_t file;
};

// Only one kind, or both in full; nothing: by their costs.
std::optional<Shares> simple_shares(const ScanSituation& situation) {
  if (!situation.has_swap) return Shares{0, 1};
  if (situation.priority == 0 && situation.swappiness > 0) return Shares{1, 1};  // close to OOM: no cleverness
  if (situation.file_is_tiny) return Shares{1, 0};
  if (situation.trims_cache) return Shares{0, 1};
  return std::nullopt;
}

// Each kind by its weight and by how little it costs; the sum in both costs keeps a kind that costs nothing from
// taking all.
Shares shares_by_cost(const ScanSituation& situation) {
  const std::uint64_t sum = situation.anonymous_cost + situation.file_cost;
  const std::uint64_t anonymous_cost = sum + situation.anonymous_cost;
  const std::uint64_t file_cost = sum + situation.file_cost;
  const std::uint64_t total = anonymous_cost + file_cost + 1;
  return {.anonymous = situation.swappiness * total / (anonymous_cost + 1),
          .file = (most_swappiness - situation.swappiness) * total / (file_cost + 1)};
}

}  // namespace

ScanTargets scan_targets(const ScanSituation& situation) {
  const std::optional<Shares> simple = simple_shares(situation);
  const Shares shares = simple ? *simple : shares_by_cost(situation);
  const std::uint64_t denominator = simple ? 1 : shares.anonymous + shares.file;
  ScanTargets targets{};
  for (const PageList list : evictable_lists) {
    const auto at = static_cast<std::size_t>(list);
    const bool is_file = list == PageList::inactive_file || list == PageList::active_file;
    targets[at] =
        (situation.sizes[at] >> situation.priority) * (is_file ? shares.file : shares.anonymous) / denominator;
  }
  return targets;
}

}  // namespace signalbox
