#pragma once

#include <span>
#include <string>
#include <vector>

#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

// An option of a policy and the values that a sweep tries, as a user writes them.
struct VariedOption {
  std::string name;
  std::vector<std::string> values;

  bool operator==(const VariedOption&) const = default;
};

// A policy some of whose options take several values: all combinations of them.
struct Variation {
  const PolicyRow* row;
  std::vector<VariedOption> options;
};

// One combination. The name says all options of the variation, those at their defaults too.
struct VariedPolicy {
  std::string name;
  PolicyChoice policy;
};

// Most policies that one variation may stand for.
inline constexpr std::size_t most_combinations = 10'000;

// Reads `policy:option=VALUES,...`, where VALUES are one value, a list `x|y|z`, or a range: `a..b` (whole numbers:
// each, if they are at most ten; else the ends and 1, 2, 5, 10, 20, 50, ... between) or `a..b/N` (N values, each the
// same factor beyond the one before). Texts about one policy vary it together. `option` is what errors name: throws
// InputError.
std::vector<Variation> read_variations(const std::string& option, const std::vector<std::string>& texts);

// All combinations, the first option varying slowest.
std::vector<VariedPolicy> combinations(const Variation& variation);

}  // namespace signalbox
