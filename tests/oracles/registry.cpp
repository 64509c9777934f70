#include "tests/oracles/registry.hpp"

#include <algorithm>
#include <iterator>

#include "kernel/base/check.hpp"
#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

std::vector<Oracle> all_oracles() {
  std::vector<Oracle> written;
  for (const auto family : {textbook_oracles, share_oracles, unix_oracles, linux_oracles, real_time_oracles}) {
    std::ranges::move(family(), std::back_inserter(written));
  }
  std::vector<Oracle> all;
  for (const PolicyRow* const row : all_policies()) {
    const auto is_about = [row](const Oracle& oracle) { return oracle.policy_name() == row->name; };
    std::ranges::copy_if(written, std::back_inserter(all), is_about);
  }
  CHECK(all.size() == written.size(), "every oracle is about a policy of the registry");
  return all;
}

}  // namespace signalbox
