// Every generator of the registry, with random options: what it gives is the same twice, is written and read back to an
// equal scenario, and fits a machine. RapidCheck prints the seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

#include "kernel/sched/policies/policy_text.hpp"
#include "tests/support/same_scenario.hpp"
#include "workloads/formats/registry.hpp"
#include "workloads/formats/rt_app.hpp"
#include "workloads/formats/rt_app_writer.hpp"
#include "workloads/launch.hpp"
#include "workloads/native/registry.hpp"
#include "workloads/synthetic/registry.hpp"

namespace signalbox::generator_round_trip_test {

using rc::gen::inRange;

// Counts stay small, so that a case takes a millisecond; times go over all their orders of magnitude.
OptionValue some_value(const PolicyOption& option) {
  if (const auto* const least = std::get_if<std::int64_t>(&option.least)) {
    const std::int64_t most = std::get<std::int64_t>(option.most);
    const std::int64_t usual = std::min<std::int64_t>(100, std::get<std::int64_t>(option.fallback));
    return *inRange(*least, std::min(most, std::max(*least + 10, usual)) + 1);
  }
  const auto least = std::get<Duration>(option.least);
  const auto most = std::get<Duration>(option.most);
  const Duration highest = std::min(most, Duration(1'000) * (std::int64_t{1} << *inRange(0, 40)));
  return std::max(least, Duration(*inRange<std::int64_t>(0, highest.nanoseconds() + 1)));
}

std::string some_text(const GeneratorRow& row) {
  std::string text(row.name);
  char separator = ':';
  for (const PolicyOption& option : row.options) {
    if (*inRange(0, 3) == 0) continue;
    text += fmt::format("{}{}={}", separator, option.name, option_text(option, some_value(option)));
    separator = ',';
  }
  return text;
}

class EveryGenerator : public ::testing::TestWithParam<const GeneratorRow*> {};
INSTANTIATE_TEST_SUITE_P(Registry, EveryGenerator, ::testing::ValuesIn(all_generators()),
                         [](const auto& suite) { return std::string(suite.param->name); });

TEST_P(EveryGenerator, IsWrittenAndReadBackToAnEqualScenario) {
  int refused = 0;
  int drawn = 0;
  EXPECT_TRUE(rc::check("round trip", [&] {
    const std::string text = some_text(*GetParam());
    const GeneratorChoice choice = parse_generator(text);
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    Scenario scenario;
    try {
      scenario = generate(choice, seed);
    } catch (const InputError& error) {  // options that do not go together
      ++refused;
      RC_ASSERT(error.place().file == choice.spelled());
      return;
    }
    ++drawn;
    RC_ASSERT(difference(scenario, generate(parse_generator(choice.spelled()), seed)) == "");
    check_scenario(scenario, Topology::uniform(1), native_programs());

    const Scenario read = parse_scenario(write_scenario(scenario), "written");
    RC_ASSERT(difference(scenario, read) == "");
    RC_ASSERT(read.format == scenario.format);
    RC_ASSERT(read.notes.empty());
    RC_ASSERT(difference(scenario, parse_rt_app(write_rt_app(scenario), "written")) == "");
  }));
  EXPECT_GT(drawn, 10) << refused << " were refused";
}

}  // namespace signalbox::generator_round_trip_test
