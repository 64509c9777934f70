#include "tools/commands/read_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::read_options_test {

using ::testing::StartsWith;
using Names = std::vector<std::string>;

Names spelled(const std::string& text) {
  Names names;
  for (const PolicyChoice& policy : read_policies("--policies", text)) names.push_back(policy.spelled());
  return names;
}

std::string error_in(const std::string& text) {
  return error_of([&] { read_policies("--policies", text); });
}

TEST(ReadPolicies, AreSeparatedByCommas) {
  EXPECT_EQ(spelled("fcfs"), (Names{"fcfs"}));
  EXPECT_EQ(spelled("fcfs,eevdf,random"), (Names{"fcfs", "eevdf", "random"}));
}

TEST(ReadPolicies, AKeyAndAValueBelongToThePolicyBefore) {
  EXPECT_EQ(spelled("cfs:latency=12ms,min_granularity=2ms,fcfs"),
            (Names{policy_of("cfs:latency=12ms,min_granularity=2ms").spelled(), "fcfs"}));
  EXPECT_EQ(spelled("fcfs,round_robin:quantum=2ms,round_robin:quantum=3ms,sjf"),
            (Names{"fcfs", "round_robin:quantum=2ms", "round_robin:quantum=3ms", "sjf"}));
}

TEST(ReadPolicies, AllIsEveryOne) {
  const Names names = spelled("all");
  ASSERT_EQ(names.size(), all_policies().size());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(names[i], all_policies()[i]->name);
}

TEST(ReadPolicies, ErrorsNameTheColumnInTheWholeText) {
  EXPECT_THAT(error_in("nosuch"), StartsWith("--policies:1:1: error: "));
  EXPECT_THAT(error_in("fcfs,nosuch,sjf"), StartsWith("--policies:1:6: error: "));
  EXPECT_THAT(error_in("fcfs,round_robin:quantum=0ms"), StartsWith("--policies:1:26: error: "));
  EXPECT_THAT(error_in("fcfs,round_robin:quantom=2ms"), StartsWith("--policies:1:18: error: "));
  EXPECT_THAT(error_in("fcfs,"), StartsWith("--policies:1:6: error: "));
  EXPECT_THAT(error_in(",fcfs"), StartsWith("--policies:1:1: error: "));
  EXPECT_THAT(error_in(""), StartsWith("--policies:1:1: error: "));
}

TEST(ReadPolicy, TakesOneOnly) {
  EXPECT_EQ(read_policy("--policy", "round_robin:quantum=2ms").spelled(), "round_robin:quantum=2ms");
  EXPECT_THAT(error_of([] { read_policy("--policy", "fcfs,sjf"); }), StartsWith("--policy:1:"));
}

TEST(ReadTime, WantsAPositiveTime) {
  EXPECT_EQ(read_time("--until", "1.5s"), 1'500_ms);
  for (const std::string wrong : {"0s", "10", "soon", "-1s", "0.1ns", ""}) {
    EXPECT_EQ(error_of([&] { read_time("--until", wrong); }),
              "--until:1:1: error: '" + wrong +
                  "' is not a time; expected a positive number with a unit, such as 500us, 10ms or 2s");
  }
}

TEST(SettingOptions, AreReadIntoTheRequest) {
  CLI::App app;
  SettingRequest request;
  add_setting_options(app, request);
  app.parse("--machine laptop --cpus 3 --format rt-app");
  EXPECT_EQ(request.machine, "laptop");
  EXPECT_EQ(request.cpus, 3U);
  EXPECT_EQ(request.format, "rt-app");
}

}  // namespace signalbox::read_options_test
