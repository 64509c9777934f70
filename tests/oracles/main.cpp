// oracle_table [POLICY...]: the published figures that policies are checked against, measured now. Exit status 1 if one
// differs, 2 if there is no such policy.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "kernel/sched/policies/registry.hpp"
#include "tests/oracles/registry.hpp"

namespace signalbox {
namespace {

int print_oracles(std::span<const std::string> names) {
  std::vector<Oracle> oracles = all_oracles();
  for (const std::string& name : names) {
    if (find_policy(name) != nullptr) continue;
    fmt::print(stderr, "oracle_table: error: no policy '{}'; expected a name of `signalbox list policies`\n", name);
    return 2;
  }
  if (!names.empty()) {
    std::erase_if(oracles, [&](const Oracle& oracle) { return !std::ranges::count(names, oracle.policy_name()); });
  }
  const std::vector<Finding> findings = measure_all(oracles);
  fmt::print("{}", oracle_table(findings));
  return std::ranges::all_of(findings, &Finding::holds) ? 0 : 1;
}

}  // namespace
}  // namespace signalbox

int main(int count, char** arguments) {
  return signalbox::print_oracles(std::vector<std::string>(arguments + 1, arguments + count));
}
