#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/support/machine_fixture.hpp"
#include "tools/experiment/setting.hpp"

namespace signalbox::trace_hash_test {

struct GoldenMachine {
  const char* name;
  unsigned cpus;
};
// Exact slices alone and among several CPUs; ticks, prices and kernel preemption.
constexpr GoldenMachine machines[] = {{"textbook", 1}, {"textbook", 4}, {"laptop", 4}};

std::string path_of(const std::string& scenario) {
  return std::string(SIGNALBOX_SOURCE_DIR) + "/tests/golden/expected/" + scenario + ".txt";
}

std::uint64_t hash_of(const Setting& setting, const PolicyRow& policy) {
  const PolicyChoice choice = policy_of(policy.name);
  return run_experiment(
             {.scenario = setting.scenario, .machine = setting.machine, .policy = choice, .seed = 1, .until = {}})
      ->trace_hash;
}

// A line for each machine and policy. Runs everything twice, which must not make a difference.
std::string hashes_of(const std::string& scenario) {
  std::string text;
  for (const GoldenMachine& machine : machines) {
    const Setting setting =
        load_setting({.scenario = scenario, .format = {}, .machine = machine.name, .cpus = machine.cpus});
    for (const PolicyRow* policy : all_policies()) {
      const std::uint64_t hash = hash_of(setting, *policy);
      EXPECT_EQ(hash_of(setting, *policy), hash) << scenario << " under " << policy->name << ", run again";
      text += fmt::format("{:<8} {} {:<11} {:016x}\n", machine.name, machine.cpus, policy->name, hash);
    }
  }
  return text;
}

class GoldenHashes : public testing::TestWithParam<std::string_view> {};

// A hash that changes is a schedule that changes: to be seen in review, and explained.
TEST_P(GoldenHashes, AreThoseThatWereApproved) {
  const std::string scenario(GetParam());
  const std::string hashes = hashes_of(scenario);
  if (std::getenv("SIGNALBOX_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path_of(scenario), std::ios::binary) << hashes;
    return;
  }
  std::ifstream file(path_of(scenario), std::ios::binary);
  const std::string approved(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(hashes, approved) << "If that is meant: SIGNALBOX_UPDATE_GOLDEN=1 golden_tests, and say why in the commit.";
}

std::vector<std::string_view> scenarios() {
  std::vector<std::string_view> names = shipped_scenario_names();
  std::erase(names, "million");  // a figure of scale: minutes in debug builds
  return names;
}

INSTANTIATE_TEST_SUITE_P(Shipped, GoldenHashes, testing::ValuesIn(scenarios()),
                         [](const auto& parameter) { return std::string(parameter.param); });

}  // namespace signalbox::trace_hash_test
